// SPDX-License-Identifier: Apache-2.0
import { Table } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Page } from '../../../api/types';
import { useTenant } from '../../../app/context';
import { formatNumber } from '../../../app/format';
import { usePreferences } from '../../../app/preferences';
import { useFilters } from '../../../app/url';
import { Await, Empty, Pager, Time } from '../../../components/basics';
import { EXAMPLES } from '../../../components/examples';
import type { ExecutionTab } from '../ExecutionPage';

interface Metric {
  taskId: string;
  taskRunId: string;
  type: string;
  name: string;
  value: number;
  timestamp: string;
  tags: Record<string, unknown>;
}

export default function MetricsTab({ execution }: ExecutionTab) {
  const { t, i18n } = useTranslation();
  const { api } = useTenant();
  const filters = useFilters();
  const { pageSize } = usePreferences();
  const query = { page: filters.page, size: pageSize };
  const metrics = useQuery({
    queryKey: [api.tenant, 'metrics', execution.id, execution.state.current, query],
    queryFn: () => api.get<Page<Metric>>(`metrics/${execution.id}`, query),
    placeholderData: keepPreviousData,
  });
  return (
    <Await query={metrics}>
      {(page) =>
        page.results.length === 0 ? (
          <Empty title={t('metrics.none')} example={EXAMPLES.metrics}>{t('metrics.noneText')}</Empty>
        ) : (
          <>
            <div className="mr-table-wrap">
              <Table>
                <Table.Thead>
                  <Table.Tr><Table.Th>{t('executions.task')}</Table.Th><Table.Th>{t('metrics.name')}</Table.Th><Table.Th ta="right">{t('executions.value')}</Table.Th><Table.Th>{t('metrics.tags')}</Table.Th><Table.Th>{t('metrics.at')}</Table.Th></Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {page.results.map((metric, i) => (
                    <Table.Tr key={i}>
                      <Table.Td>{metric.taskId}</Table.Td><Table.Td className="mr-mono">{metric.name}</Table.Td>
                      <Table.Td ta="right">{formatNumber(metric.value, i18n.language)}{metric.type === 'timer' ? ' ms' : ''}</Table.Td>
                      <Table.Td className="mr-mono">{Object.entries(metric.tags).map(([key, value]) => `${key}=${String(value)}`).join(' ')}</Table.Td>
                      <Table.Td><Time at={metric.timestamp} relative={false} /></Table.Td>
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
  );
}
