// SPDX-License-Identifier: Apache-2.0
import { Table } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatInstant, formatTime } from '../../../app/format';
import { StateBadge } from '../../../components/basics';
import { VirtualRows } from '../../../components/VirtualRows';
import type { ExecutionTab } from '../ExecutionPage';

/** All changes of state, of the execution and its task runs, in the order of time. */
export default function HistoryTab({ execution }: ExecutionTab) {
  const { t, i18n } = useTranslation();
  const events = useMemo(
    () =>
      [
        ...execution.state.histories.map((change) => ({ ...change, what: execution.flowId, kind: 'execution' })),
        ...(execution.taskRunList ?? []).flatMap((run) => run.state.histories.map((change) => ({ ...change, what: run.value === undefined ? run.taskId : `${run.taskId} · ${run.value}`, kind: 'task' }))),
      ].sort((a, b) => a.date.localeCompare(b.date)),
    [execution],
  );
  return (
    <VirtualRows
      rows={events} height="calc(100dvh - 280px)" label={t('executionTab.history')}
      head={<><Table.Th w={240}>{t('metrics.at')}</Table.Th><Table.Th w={140}>{t('common.state')}</Table.Th><Table.Th>{t('history.what')}</Table.Th></>}
    >
      {(event) => (
        <>
          <Table.Td w={240} className="mr-mono">{formatInstant(event.date, i18n.language).replace(/\d\d:\d\d:\d\d/, formatTime(event.date, i18n.language))}</Table.Td>
          <Table.Td w={140}><StateBadge state={event.state} /></Table.Td>
          <Table.Td>{event.kind === 'execution' ? <b>{event.what}</b> : event.what}</Table.Td>
        </>
      )}
    </VirtualRows>
  );
}
