// SPDX-License-Identifier: Apache-2.0
import { Select, Table, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { LEVELS, type LogLine, type Page } from '../api/types';
import { useTenant } from '../app/context';
import { usePreferences } from '../app/preferences';
import { useFilters } from '../app/url';
import { Await, Empty, PageHeader, Pager, PageTitle, TextLink, Time } from '../components/basics';
import { LogMessage } from '../components/LogMessage';
import { FilterBar, NamespaceFilter, SearchFilter } from '../components/filters';

export default function LogsPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageTitle title={t('nav.logs')} />
      <PageHeader title={t('nav.logs')} />
      <LogSearch />
    </>
  );
}

/** Lines of many executions, the newest first. */
export function LogSearch({ fixed }: { fixed?: { namespace: string; flowId: string } }) {
  const { t } = useTranslation();
  const { api, to } = useTenant();
  const filters = useFilters();
  const { pageSize } = usePreferences();
  const query = {
    q: filters.get('q'), minLevel: filters.get('level') || 'INFO', timeRange: filters.get('timeRange') || 'PT24H', page: filters.page, size: pageSize,
    ...(fixed ? { 'filters[namespace][EQUALS]': fixed.namespace, flowId: fixed.flowId } : { namespace: filters.get('namespace') }),
  };
  const logs = useQuery({
    queryKey: [api.tenant, 'logs', query],
    queryFn: ({ signal }) => api.get<Page<LogLine>>('logs/search', query, signal),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <FilterBar filters={filters}>
        <SearchFilter filters={filters} label={t('logs.search')} />
        <Select w={110} allowDeselect={false} aria-label={t('logs.level')} data={[...LEVELS]} value={query.minLevel} onChange={(level) => filters.set({ level })} />
        <Select w={150} allowDeselect={false} aria-label={t('executions.period')} value={query.timeRange} onChange={(timeRange) => filters.set({ timeRange })} data={['PT1H', 'PT24H', 'P7D', 'P30D'].map((range) => ({ value: range, label: t(`range.${range}`) }))} />
        {!fixed && <NamespaceFilter filters={filters} />}
      </FilterBar>
      <Await query={logs}>
        {(page) =>
          page.results.length === 0 ? (
            <Empty title={t('logs.none')}>{t('common.noneFoundText')}</Empty>
          ) : (
            <>
              <div className="mr-table-wrap mr-stacked">
                <Table aria-label={t('nav.logs')}>
                  <Table.Thead>
                    <Table.Tr><Table.Th>{t('metrics.at')}</Table.Th><Table.Th>{t('logs.level')}</Table.Th><Table.Th>{t('common.flow')}</Table.Th><Table.Th>{t('executions.task')}</Table.Th><Table.Th>{t('logs.message')}</Table.Th></Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {page.results.map((line, i) => (
                      <Table.Tr key={i}>
                        <Table.Td><TextLink to={`${to('executions', line.executionId, 'logs')}${line.taskRunId ? `?taskRunId=${line.taskRunId}` : ''}`}><Time at={line.timestamp} relative={false} /></TextLink></Table.Td>
                        <Table.Td><span className={`lv-${line.level}`}>{line.level}</span></Table.Td>
                        <Table.Td>{line.flowId}<Text size="xs" c="dimmed" className="mr-mono">{line.namespace}</Text></Table.Td>
                        <Table.Td>{line.taskId}</Table.Td>
                        <Table.Td className="mr-mono" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}><LogMessage text={line.message} /></Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </div>
              <Pager page={filters.page} total={page.total} onPage={(next) => filters.set({ page: next })} />
            </>
          )
        }
      </Await>
    </>
  );
}
