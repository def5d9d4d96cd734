// SPDX-License-Identifier: Apache-2.0
import { Button, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { useFilters } from '../../app/url';
import { Empty, PageHeader, PageTitle, TextLink } from '../../components/basics';
import { FilterBar, SearchFilter } from '../../components/filters';
import { FormDialog } from '../../components/FormDialog';
import { ListView } from '../../components/ListView';

export default function NamespacesPage() {
  const { t } = useTranslation();
  const { to, can } = useTenant();
  const filters = useFilters();
  const [adding, setAdding] = useState(false);
  return (
    <>
      <PageTitle title={t('nav.namespaces')} />
      <PageHeader title={t('nav.namespaces')} sub={t('namespaces.sub')}>
        {can('NAMESPACE_UPDATE') && <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>{t('namespaces.add')}</Button>}
      </PageHeader>
      <FilterBar filters={filters}><SearchFilter filters={filters} label={t('common.search')} /></FilterBar>
      <ListView<{ id: string }>
        topic="namespaces" path="namespaces/search" query={{ q: filters.get('q') }} label={t('nav.namespaces')} keyOf={(row) => row.id} empty={filters.any ? <Empty title={t('namespaces.noneFound')}>{t('common.noneFoundText')}</Empty> : <Empty title={t('namespaces.none')}>{t('namespaces.noneText')}</Empty>}
        columns={[
          { head: t('common.namespace'), cell: (row) => <span style={{ paddingLeft: 16 * (row.id.split('.').length - 1) }}><TextLink to={to('namespaces', row.id)}><b>{row.id}</b></TextLink></span> },
          { head: t('nav.flows'), cell: (row) => <TextLink to={`${to('flows')}?namespace=${encodeURIComponent(row.id)}`}>{t('nav.flows')}</TextLink> },
          { head: t('nav.executions'), cell: (row) => <TextLink to={`${to('executions')}?namespace=${encodeURIComponent(row.id)}`}>{t('nav.executions')}</TextLink> },
        ]}
      />
      {adding && <NamespaceDialog onClose={() => setAdding(false)} />}
    </>
  );
}

/** Makes one before a flow is in it: for its settings, files and secrets. */
function NamespaceDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { api, to, can } = useTenant();
  const navigate = useNavigate();
  const [id, setId] = useState('');
  const [description, setDescription] = useState('');
  const may = id === '' || can('NAMESPACE_UPDATE', id);
  const add = useChange(() => api.post('namespaces', { id, description }), { done: t('namespaces.added'), touches: ['namespaces'], then: () => void navigate(to('namespaces', id)) });
  return (
    <FormDialog title={t('namespaces.add')} submit={t('common.add')} busy={add.isPending} disabled={!id || !may} onSubmit={() => add.mutate(undefined)} onClose={onClose}>
      <TextInput data-autofocus required label={t('common.name')} placeholder="company.team" error={may ? undefined : t('common.mayNotHere')} value={id} onChange={(e) => setId(e.currentTarget.value)} />
      <TextInput label={t('common.description')} value={description} onChange={(e) => setDescription(e.currentTarget.value)} />
    </FormDialog>
  );
}
