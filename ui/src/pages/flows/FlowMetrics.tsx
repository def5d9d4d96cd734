// SPDX-License-Identifier: Apache-2.0
import { Box, Group, Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { path } from '../../api/client';
import { useTenant } from '../../app/context';
import { formatInstant, formatNumber } from '../../app/format';
import { useFilters } from '../../app/url';
import { Await, Empty } from '../../components/basics';
import { EXAMPLES } from '../../components/examples';
import type { FlowTab } from './paths';

interface Aggregations {
  groupBy: string;
  aggregations: { date: string; value: number | null }[];
}

export default function FlowMetrics({ flow }: FlowTab) {
  const { t, i18n } = useTranslation();
  const { api } = useTenant();
  const filters = useFilters();
  const names = useQuery({
    queryKey: [api.tenant, 'metrics', 'names', flow.namespace, flow.id],
    queryFn: () => api.get<string[]>(`metrics/names/${path(flow.namespace, flow.id)}`),
  });
  const name = filters.get('metric') || names.data?.[0];
  const aggregation = filters.get('aggregation') || 'sum';
  const points = useQuery({
    queryKey: [api.tenant, 'metrics', 'aggregates', flow.namespace, flow.id, name, aggregation],
    queryFn: () => api.get<Aggregations>(`metrics/aggregates/${path(flow.namespace, flow.id, name ?? '')}`, { aggregation }),
    enabled: name !== undefined,
  });
  return (
    <Await query={names}>
      {(all) =>
        all.length === 0 ? (
          <Empty title={t('metrics.none')} example={EXAMPLES.metrics}>{t('metrics.noneText')}</Empty>
        ) : (
          <Box className="mr-card" p="md">
            <Group mb="md">
              <Select label={t('metrics.name')} data={all} value={name ?? null} allowDeselect={false} onChange={(metric) => filters.set({ metric })} />
              <Select label={t('metrics.aggregation')} data={['sum', 'avg', 'min', 'max'].map((one) => ({ value: one, label: t(`metrics.by.${one}`) }))} value={aggregation} allowDeselect={false} onChange={(value) => filters.set({ aggregation: value })} />
            </Group>
            <Await query={points}>
              {({ aggregations }) => {
                const most = Math.max(1e-9, ...aggregations.map((one) => one.value ?? 0));
                return aggregations.length === 0 ? <Empty title={t('metrics.none')}>{t('metrics.notOfLate')}</Empty> : (
                  <div style={{ display: 'flex', gap: 6, alignItems: 'flex-end', height: 220 }} role="img" aria-label={aggregations.map((one) => `${formatInstant(one.date, i18n.language, false)}: ${one.value}`).join(', ')}>
                    {aggregations.map((one) => (
                      <div key={one.date} style={{ flex: 1, maxWidth: 90, textAlign: 'center' }}>
                        <Text size="xs">{formatNumber(one.value ?? 0, i18n.language)}</Text>
                        <div className="st-RUNNING" style={{ height: 150 * ((one.value ?? 0) / most), minHeight: 2, background: 'var(--st-bar)', borderRadius: '4px 4px 0 0' }} />
                        <Text size="xs" c="dimmed">{formatInstant(one.date, i18n.language, false)}</Text>
                      </div>
                    ))}
                  </div>
                );
              }}
            </Await>
          </Box>
        )
      }
    </Await>
  );
}
