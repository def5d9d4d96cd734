// SPDX-License-Identifier: Apache-2.0
import { Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { IconFileText, IconRepeat, IconSitemap } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { Execution, TaskRun } from '../../api/types';
import { isTerminal } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { formatInstant } from '../../app/format';
import { Lasting, StateBadge } from '../../components/basics';
import { OutputTree } from './OutputTree';
import { StateDialog } from './StateDialog';

/** All that is known of one task run, and what can be done with it. */
export function TaskRunDetail({ execution, run }: { execution: Execution; run: TaskRun }) {
  const { t, i18n } = useTranslation();
  const { api, to, can } = useTenant();
  const navigate = useNavigate();
  const [setting, setSetting] = useState(false);
  const over = isTerminal(execution.state.current);
  const replay = useChange(() => api.post<Execution>(`executions/${execution.id}/replay`, undefined, { taskRunId: run.id }), {
    done: t('executions.replayed'), touches: ['executions'], then: (begun) => void navigate(to('executions', begun.id)),
  });
  const set = useChange((state: string) => api.post<Execution>(`executions/${execution.id}/state`, { taskRunId: run.id, state }), { done: t('executions.stateSet'), touches: ['executions'], then: () => setSetting(false) });
  const started = run.outputs?.['executionId'];
  return (
    <Stack>
      <Group gap="xs">
        <Button size="xs" variant="default" leftSection={<IconFileText size={15} />} component={Link} to={`${to('executions', execution.id, 'logs')}?taskRunId=${run.id}`}>{t('executions.seeLog')}</Button>
        {typeof started === 'string' && <Button size="xs" variant="default" leftSection={<IconSitemap size={15} />} component={Link} to={to('executions', started)}>{t('executions.started')}</Button>}
        {over && can('EXECUTION_CREATE', execution.namespace) && (
          <Button size="xs" variant="default" leftSection={<IconRepeat size={15} />} loading={replay.isPending} onClick={() => replay.mutate(undefined)}>{t('executions.replayFrom')}</Button>
        )}
        {can('EXECUTION_UPDATE', execution.namespace) && <Button size="xs" variant="default" onClick={() => setSetting(true)}>{t('executions.setState')}</Button>}
      </Group>
      <Table>
        <Table.Tbody>
          <Table.Tr><Table.Th w={140}>{t('common.id')}</Table.Th><Table.Td className="mr-mono">{run.id}</Table.Td></Table.Tr>
          <Table.Tr><Table.Th>{t('executions.duration')}</Table.Th><Table.Td><Lasting state={run.state} /></Table.Td></Table.Tr>
          {run.value !== undefined && <Table.Tr><Table.Th>{t('executions.value')}</Table.Th><Table.Td className="mr-mono">{run.value}</Table.Td></Table.Tr>}
        </Table.Tbody>
      </Table>
      <div>
        <Title order={3} mb={4}>{t('executions.states')}</Title>
        <Table>
          <Table.Tbody>
            {run.state.histories.map((change, i) => (
              <Table.Tr key={i}><Table.Td w={140}><StateBadge state={change.state} /></Table.Td><Table.Td>{formatInstant(change.date, i18n.language)}</Table.Td></Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {run.attempts.length > 0 && (
        <div>
          <Title order={3} mb={4}>{t('executions.attempts')}</Title>
          <Table>
            <Table.Tbody>
              {run.attempts.map((attempt, i) => (
                <Table.Tr key={i}>
                  <Table.Td w={40}>{i + 1}</Table.Td>
                  <Table.Td><StateBadge state={attempt.state.current} /></Table.Td>
                  <Table.Td><Lasting state={attempt.state} /></Table.Td>
                  <Table.Td className="mr-mono">{attempt.workerId}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      <div>
        <Title order={3} mb={4}>{t('executionTab.outputs')}</Title>
        {run.outputs ? <OutputTree executionId={execution.id} value={run.outputs} /> : <Text size="sm" c="dimmed">{t('outputs.none')}</Text>}
      </div>
      {setting && <StateDialog text={t('executions.setTaskStateText', { task: run.taskId })} busy={set.isPending} onSet={(state) => set.mutate(state)} onClose={() => setSetting(false)} />}
    </Stack>
  );
}
