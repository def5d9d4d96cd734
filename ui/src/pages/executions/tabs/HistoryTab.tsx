// SPDX-License-Identifier: Apache-2.0
import { Button, Group, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Branch, Page } from '../../../api/types';
import { useTenant } from '../../../app/context';
import { formatInstant, formatNumber, formatTime } from '../../../app/format';
import { Await, StateBadge } from '../../../components/basics';
import { VirtualRows } from '../../../components/VirtualRows';
import type { ExecutionTab } from '../ExecutionPage';
import { nameOf, ofTaskRuns } from '../taskRuns';

const PAGE = 200;

/** Changes of state, of the execution and its task runs, in the order of time: of the first task runs, and of more on request. */
export default function HistoryTab({ execution }: ExecutionTab) {
  const { t, i18n } = useTranslation();
  const { api } = useTenant();
  const runs = useInfiniteQuery({
    queryKey: [...ofTaskRuns(api.tenant, execution.id), 'history'],
    queryFn: ({ pageParam, signal }) => api.get<Page<Branch>>(`executions/${execution.id}/taskruns/outline`, { page: pageParam, size: PAGE }, signal),
    initialPageParam: 1,
    getNextPageParam: (last, pages) => (pages.length * PAGE < last.total ? pages.length + 1 : undefined),
  });
  const read = useMemo(() => runs.data?.pages.flatMap((page) => page.results.map((branch) => branch.taskRun)) ?? [], [runs.data]);
  const events = useMemo(
    () =>
      [
        ...execution.state.histories.map((change) => ({ ...change, what: execution.flowId, kind: 'execution' })),
        ...read.flatMap((run) => run.state.histories.map((change) => ({ ...change, what: nameOf(run), kind: 'task' }))),
      ].sort((a, b) => Date.parse(a.date) - Date.parse(b.date)),
    [execution, read],
  );
  const total = runs.data?.pages.at(-1)?.total ?? 0;
  return (
    <Await query={{ ...runs, data: runs.data && events }}>
      {(rows) => (
        <>
          {runs.hasNextPage && (
            <Group mb="xs">
              <Text size="sm" role="status">{t('history.some', { read: formatNumber(read.length, i18n.language), total: formatNumber(total, i18n.language) })}</Text>
              <Button size="xs" variant="default" loading={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>{t('history.more')}</Button>
            </Group>
          )}
          <VirtualRows
            rows={rows} height="max(240px, calc(100dvh - 310px))" label={t('executionTab.history')}
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
        </>
      )}
    </Await>
  );
}
