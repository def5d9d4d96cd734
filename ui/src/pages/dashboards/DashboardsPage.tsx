// SPDX-License-Identifier: Apache-2.0
import { Button, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useTenant } from '../../app/context';
import { useFilters } from '../../app/url';
import { Empty, PageHeader, PageTitle, TextLink, Time } from '../../components/basics';
import { FilterBar, SearchFilter } from '../../components/filters';
import { ListView } from '../../components/ListView';
import type { Dashboard } from './charts';

export default function DashboardsPage() {
  const { t } = useTranslation();
  const { to, can } = useTenant();
  const filters = useFilters();
  const create = can('DASHBOARD_UPDATE', '') && <Button component={Link} to={to('dashboards', 'new')} leftSection={<IconPlus size={16} />}>{t('dashboards.create')}</Button>;
  return (
    <>
      <PageTitle title={t('nav.dashboards')} />
      <PageHeader title={t('nav.dashboards')} sub={t('dashboards.sub')}>{create}</PageHeader>
      <FilterBar filters={filters}><SearchFilter filters={filters} label={t('common.search')} /></FilterBar>
      <ListView<Dashboard>
        topic="dashboards" path="dashboards" query={{ q: filters.get('q') }} label={t('nav.dashboards')} keyOf={(row) => row.id}
        empty={<Empty title={t(filters.any ? 'dashboards.noneFound' : 'dashboards.none')} action={!filters.any && create}>{t('dashboards.noneText')}</Empty>}
        columns={[
          { head: t('dashboards.title'), cell: (row) => <><TextLink to={to('dashboards', row.id)}><b translate="no">{row.title}</b></TextLink>{row.description && <Text size="xs" c="dimmed" lineClamp={1}>{row.description}</Text>}</> },
          { head: t('common.id'), cell: (row) => <span className="mr-mono">{row.id}</span> },
          { head: t('dashboards.charts'), cell: (row) => row.charts.length, right: true },
          { head: t('dashboards.updated'), cell: (row) => <Time at={row.updated} /> },
        ]}
      />
    </>
  );
}
