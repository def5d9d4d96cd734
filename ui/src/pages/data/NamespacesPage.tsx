// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { useTenant } from '../../app/context';
import { useFilters } from '../../app/url';
import { Empty, PageHeader, PageTitle, TextLink } from '../../components/basics';
import { FilterBar, SearchFilter } from '../../components/filters';
import { ListView } from '../../components/ListView';

export default function NamespacesPage() {
  const { t } = useTranslation();
  const { to } = useTenant();
  const filters = useFilters();
  return (
    <>
      <PageTitle title={t('nav.namespaces')} />
      <PageHeader title={t('nav.namespaces')} sub={t('namespaces.sub')} />
      <FilterBar filters={filters}><SearchFilter filters={filters} label={t('common.search')} /></FilterBar>
      <ListView<{ id: string }>
        topic="namespaces" path="namespaces/search" query={{ q: filters.get('q') }} label={t('nav.namespaces')} keyOf={(row) => row.id} empty={filters.any ? <Empty title={t('namespaces.noneFound')}>{t('common.noneFoundText')}</Empty> : <Empty title={t('namespaces.none')}>{t('namespaces.noneText')}</Empty>}
        columns={[
          { head: t('common.namespace'), cell: (row) => <span style={{ paddingLeft: 16 * (row.id.split('.').length - 1) }}><TextLink to={to('namespaces', row.id)}><b>{row.id}</b></TextLink></span> },
          { head: t('nav.flows'), cell: (row) => <TextLink to={`${to('flows')}?namespace=${encodeURIComponent(row.id)}`}>{t('nav.flows')}</TextLink> },
          { head: t('nav.executions'), cell: (row) => <TextLink to={`${to('executions')}?namespace=${encodeURIComponent(row.id)}`}>{t('nav.executions')}</TextLink> },
        ]}
      />
    </>
  );
}
