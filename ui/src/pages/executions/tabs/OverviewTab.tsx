// SPDX-License-Identifier: Apache-2.0
import { Box, Grid, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isTerminal } from '../../../api/types';
import { useTenant } from '../../../app/context';
import { formatDuration, formatInstant } from '../../../app/format';
import { Labels, StateBadge, TextLink } from '../../../components/basics';
import type { ExecutionTab } from '../ExecutionPage';
import { ExecutionTable } from '../ExecutionTable';
import { OutputTree } from '../OutputTree';
import { StartedBy } from '../StartedBy';

const CORRELATION = 'system.correlationId';

/** What an execution was given, where it comes from, and what has come of it. */
export default function OverviewTab({ execution }: ExecutionTab) {
  const { t } = useTranslation();
  const filled = (value: Record<string, unknown> | undefined) => (value && Object.keys(value).length > 0 ? <OutputTree executionId={execution.id} value={value} /> : null);
  const outputs = filled(execution.outputs);
  const variables = filled(execution.trigger?.variables);
  return (
    <Grid>
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Stack>
          <Card title={t('flows.inputs')}>{filled(execution.inputs) ?? <Text size="sm" c="dimmed">{t('overview.noInputs')}</Text>}</Card>
          {outputs && <Card title={t('outputs.ofFlow')}>{outputs}</Card>}
          {variables && <Card title={t('outputs.trigger')}>{variables}</Card>}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <Stack>
          <Card title={t('overview.origin')}><Origin execution={execution} /></Card>
          <Card title={t('executions.states')}><States execution={execution} /></Card>
          <Card title={t('overview.started')}>
            <ExecutionTable query={{ triggerExecutionId: execution.id, size: 10, page: 1 }} compact empty={<Text size="sm" c="dimmed">{t('overview.noneStarted')}</Text>} />
          </Card>
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return <Box className="mr-card" p="md"><Title order={2} mb="xs">{title}</Title>{children}</Box>;
}

function Origin({ execution }: ExecutionTab) {
  const { t, i18n } = useTranslation();
  const { to } = useTenant();
  const related = execution.labels?.find((label) => label.key === CORRELATION)?.value;
  const own = (execution.labels ?? []).some((label) => !label.key.startsWith('system.'));
  const link = (id: string) => <TextLink to={to('executions', id)} mono>{id}</TextLink>;
  const first = execution.originalId !== undefined && execution.originalId !== execution.id && execution.originalId !== execution.parentId ? execution.originalId : undefined;
  const rows: [name: string, value: ReactNode][] = [
    [t('overview.by'), <StartedBy key="by" execution={execution} />],
    [t('executions.replayOf'), execution.parentId && link(execution.parentId)],
    [t('overview.first'), first && link(first)],
    [t('run.later'), execution.scheduleDate && formatInstant(execution.scheduleDate, i18n.language)],
    [t('executions.start'), formatInstant(execution.state.startDate, i18n.language)],
    [t('overview.ended'), execution.state.endDate && formatInstant(execution.state.endDate, i18n.language)],
    [t('common.revision'), <TextLink key="revision" to={to('flows', execution.namespace, execution.flowId, 'revisions')}>{execution.flowRevision}</TextLink>],
    [t('common.labels'), own && <Labels labels={execution.labels} />],
    [t('overview.related'), related && <TextLink to={`${to('executions')}?labels=${encodeURIComponent(`${CORRELATION}:${related}`)}`}>{t('overview.seeRelated')}</TextLink>],
  ];
  return (
    <Table aria-label={t('overview.origin')}>
      <Table.Tbody>
        {rows.map(([name, value]) => value && <Table.Tr key={name}><Table.Th w="38%">{name}</Table.Th><Table.Td className="mr-breaks">{value}</Table.Td></Table.Tr>)}
      </Table.Tbody>
    </Table>
  );
}

/** How long it was in each state. */
function States({ execution: { state } }: ExecutionTab) {
  const { t, i18n } = useTranslation();
  return (
    <Table aria-label={t('executions.states')}>
      <Table.Tbody>
        {state.histories.map((change, i) => {
          const next = state.histories[i + 1]?.date;
          return (
            <Table.Tr key={i}>
              <Table.Td w="38%"><StateBadge state={change.state} /></Table.Td>
              <Table.Td>{formatInstant(change.date, i18n.language)}</Table.Td>
              <Table.Td ta="right" className="mr-nowrap">{next && !isTerminal(change.state) && formatDuration(Date.parse(next) - Date.parse(change.date), i18n.language)}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
