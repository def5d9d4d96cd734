// SPDX-License-Identifier: Apache-2.0
import { Button, Select, SimpleGrid } from '@mantine/core';
import { IconPencil, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { DangerButton } from '../../components/DangerButton';
import { path } from '../../api/client';
import { useTenant } from '../../app/context';
import { millisOf } from '../../app/format';
import { useChange } from '../../app/hooks';
import { useFilters } from '../../app/url';
import { Await, Empty, PageHeader, PageTitle, TextLink } from '../../components/basics';
import { useConfirm } from '../../components/confirm';
import { FilterBar, NamespaceFilter } from '../../components/filters';
import { ChartView } from './ChartView';
import { type Dashboard } from './charts';
import { DashboardEditor } from './DashboardEditor';

const WINDOWS = ['PT1H', 'PT24H', 'P7D', 'P30D', 'P365D'];

export default function DashboardPage() {
  const { api, can } = useTenant();
  const { id = '', tab } = useParams();
  const fresh = id === 'new' && tab === undefined;
  const dashboard = useQuery({
    queryKey: [api.tenant, 'dashboards', 'one', id],
    queryFn: () => api.getVersioned<Dashboard>(`dashboards/${path(id)}`),
    enabled: !fresh,
  });
  if (fresh) return <DashboardEditor />;
  return (
    <Await query={dashboard}>
      {({ value, etag }) => (tab === 'edit' && can('DASHBOARD_UPDATE', '') ? <DashboardEditor key={value.id} dashboard={value} etag={etag} /> : <Shown dashboard={value} />)}
    </Await>
  );
}

function Shown({ dashboard }: { dashboard: Dashboard }) {
  const { t } = useTranslation();
  const { api, to, can } = useTenant();
  const navigate = useNavigate();
  const confirm = useConfirm();
  const filters = useFilters();
  const namespace = filters.get('namespace');
  const range = filters.get('range') || dashboard.timeWindow.default;
  // the same as long as the page is open: else each look would be another question
  const [now, setNow] = useState(() => Date.now());
  const overrides = useMemo(
    () => ({ startDate: new Date(now - millisOf(range)).toISOString(), endDate: new Date(now).toISOString(), namespace: namespace || undefined }),
    [now, range, namespace],
  );
  const remove = useChange(() => api.delete(`dashboards/${path(dashboard.id)}`), { done: t('dashboards.deleted'), touches: ['dashboards'], then: () => void navigate(to('dashboards')) });
  const most = millisOf(dashboard.timeWindow.max);
  const windows = [...new Set([...WINDOWS.filter((one) => millisOf(one) <= most), dashboard.timeWindow.default])].sort((a, b) => millisOf(a) - millisOf(b));
  return (
    <>
      <PageTitle title={dashboard.title} />
      <PageHeader title={dashboard.title} crumbs={<TextLink to={to('dashboards')}>{t('nav.dashboards')}</TextLink>} sub={dashboard.description}>
        {can('DASHBOARD_UPDATE', '') && <Button component={Link} to={to('dashboards', dashboard.id, 'edit')} variant="default" leftSection={<IconPencil size={16} />}>{t('common.edit')}</Button>}
        {can('DASHBOARD_DELETE', '') && (
          <DangerButton leftSection={<IconTrash size={16} />} onClick={() => void confirm({ title: t('dashboards.delete'), text: t('dashboards.deleteText', { title: dashboard.title }), confirm: t('common.delete'), danger: true }).then((yes) => yes && remove.mutate(undefined))}>
            {t('common.delete')}
          </DangerButton>
        )}
      </PageHeader>
      <FilterBar filters={filters}>
        <Select w={170} aria-label={t('dashboards.window')} allowDeselect={false} value={range} onChange={(value) => filters.set({ range: value })} data={windows.map((one) => ({ value: one, label: t(`range.${one}`, one) }))} />
        <NamespaceFilter filters={filters} />
        <Button variant="default" px="xs" aria-label={t('dashboards.refresh')} onClick={() => setNow(Date.now())}><IconRefresh size={16} /></Button>
      </FilterBar>
      {dashboard.charts.length === 0 ? (
        <Empty title={t('dashboards.noCharts')}>{t('dashboards.noChartsText')}</Empty>
      ) : (
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          {dashboard.charts.map((chart) => <ChartView key={chart.id} chart={chart} ask={{ path: `dashboards/${path(dashboard.id)}/charts/${path(chart.id)}`, body: overrides }} />)}
        </SimpleGrid>
      )}
    </>
  );
}
