// SPDX-License-Identifier: Apache-2.0
import { Box, Button, Code, Grid, Group, Select, Stack, Text, Textarea, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTenant } from '../../../app/context';
import { useChange } from '../../../app/hooks';
import { Empty } from '../../../components/basics';
import type { ExecutionTab } from '../ExecutionPage';
import { OutputTree } from '../OutputTree';

interface Evaluated {
  result?: string | null;
  error?: string | null;
}

const MOST = 200;

export default function OutputsTab({ execution }: ExecutionTab) {
  const { t } = useTranslation();
  const withOutputs = (execution.taskRunList ?? []).filter((run) => run.outputs && Object.keys(run.outputs).length > 0);
  const sections: [string, Record<string, unknown> | undefined][] = [
    [t('outputs.ofFlow'), execution.outputs],
    [t('flows.inputs'), execution.inputs],
    [t('outputs.trigger'), execution.trigger?.variables],
  ];
  const filled = sections.filter(([, value]) => value && Object.keys(value).length > 0);
  return (
    <Grid>
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Stack>
          {filled.map(([title, value]) => (
            <Box key={title} className="mr-card" p="md"><Title order={2} mb="xs">{title}</Title><OutputTree executionId={execution.id} value={value ?? {}} /></Box>
          ))}
          {withOutputs.slice(0, MOST).map((run) => (
            <Box key={run.id} className="mr-card" p="md">
              <Title order={2} mb="xs" className="mr-mono">{run.taskId}{run.value !== undefined ? ` · ${run.value}` : ''}</Title>
              <OutputTree executionId={execution.id} value={run.outputs ?? {}} />
            </Box>
          ))}
          {withOutputs.length > MOST && <Text size="sm" c="dimmed">{t('outputs.more', { count: withOutputs.length - MOST })}</Text>}
          {filled.length === 0 && withOutputs.length === 0 && <Empty title={t('outputs.none')}>{t('outputs.noneText')}</Empty>}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}><ExpressionTester execution={execution} /></Grid.Col>
    </Grid>
  );
}

function ExpressionTester({ execution }: ExecutionTab) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const [expression, setExpression] = useState('{{ outputs }}');
  const [run, setRun] = useState<string | null>(null);
  const [answer, setAnswer] = useState<Evaluated | null>(null);
  const test = useChange(() => api.yaml<Evaluated>('POST', `executions/${execution.id}/eval${run ? `/${run}` : ''}`, expression), { touches: [], then: setAnswer });
  return (
    <Box className="mr-card" p="md">
      <Title order={2} mb={4}>{t('outputs.tester')}</Title>
      <Text size="sm" c="dimmed" mb="sm">{t('outputs.testerText')} <Code>{'{{ outputs.extract.uri }}'}</Code></Text>
      <Stack gap="sm">
        <Textarea autosize minRows={2} aria-label={t('outputs.expression')} value={expression} onChange={(e) => setExpression(e.currentTarget.value)} styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          onKeyDown={(e) => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) test.mutate(undefined); }} />
        <Group>
          <Select flex={1} clearable searchable aria-label={t('outputs.at')} placeholder={t('outputs.at')} data={(execution.taskRunList ?? []).slice(0, 500).map((one) => ({ value: one.id, label: `${one.taskId}${one.value ? ' · ' + one.value : ''}` }))} value={run} onChange={setRun} />
          <Button loading={test.isPending} onClick={() => test.mutate(undefined)}>{t('outputs.evaluate')}</Button>
        </Group>
        {answer && <pre className="mr-json mr-card" style={{ padding: 10, color: answer.error ? 'var(--mr-failed)' : undefined }} role="status">{answer.error ?? answer.result}</pre>}
      </Stack>
    </Box>
  );
}
