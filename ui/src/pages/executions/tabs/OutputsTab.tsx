// SPDX-License-Identifier: Apache-2.0
import { Box, Button, Code, Grid, Group, Stack, Text, Textarea, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Page, TaskRun } from '../../../api/types';
import { useTenant } from '../../../app/context';
import { useChange } from '../../../app/hooks';
import { usePreferences } from '../../../app/preferences';
import { useFilters } from '../../../app/url';
import { Await, Empty, Pager } from '../../../components/basics';
import { EXAMPLES } from '../../../components/examples';
import type { ExecutionTab } from '../ExecutionPage';
import { OutputTree } from '../OutputTree';
import { TaskRunSelect } from '../TaskRunSelect';
import { nameOf, ofTaskRuns } from '../taskRuns';

interface Evaluated {
  result?: string | null;
  error?: string | null;
}

export default function OutputsTab({ execution }: ExecutionTab) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const filters = useFilters();
  const { pageSize } = usePreferences();
  const asked = { hasOutputs: true, page: filters.page, size: pageSize };
  const runs = useQuery({
    queryKey: [...ofTaskRuns(api.tenant, execution.id), 'outputs', asked],
    queryFn: ({ signal }) => api.get<Page<TaskRun>>(`executions/${execution.id}/taskruns`, asked, signal),
    placeholderData: keepPreviousData,
  });
  const ofFlow = Object.keys(execution.outputs ?? {}).length > 0;
  return (
    <Grid>
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Stack>
          {ofFlow && <Box className="mr-card" p="md"><Title order={2} mb="xs">{t('outputs.ofFlow')}</Title><OutputTree executionId={execution.id} value={execution.outputs ?? {}} /></Box>}
          <Await query={runs}>
            {(page) => (
              <>
                {page.results.map((run) => (
                  <Box key={run.id} className="mr-card" p="md">
                    <Title order={2} mb="xs" className="mr-mono">{nameOf(run)}</Title>
                    <OutputTree executionId={execution.id} value={run.outputs ?? {}} />
                  </Box>
                ))}
                {page.total > page.results.length && <Pager page={filters.page} total={page.total} onPage={(next) => filters.set({ page: next })} />}
                {!ofFlow && page.total === 0 && <Empty title={t('outputs.none')} example={EXAMPLES.outputs}>{t('outputs.noneText')}</Empty>}
              </>
            )}
          </Await>
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
          <TaskRunSelect flex={1} executionId={execution.id} placeholder={t('outputs.at')} value={run} onChange={setRun} />
          <Button loading={test.isPending} onClick={() => test.mutate(undefined)}>{t('outputs.evaluate')}</Button>
        </Group>
        {answer && <pre className="mr-json mr-card" style={{ padding: 10, color: answer.error ? 'var(--mr-failed)' : undefined }} role="status">{answer.error ?? answer.result}</pre>}
      </Stack>
    </Box>
  );
}
