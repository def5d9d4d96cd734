// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Button, Group, Text } from '@mantine/core';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { installationApi } from '../../api/client';
import { useTenant } from '../../app/context';
import { useFilters } from '../../app/url';
import { Empty, PageHeader, PageTitle, TextLink, Time } from '../../components/basics';
import { FilterBar, SearchFilter } from '../../components/filters';
import { ListView } from '../../components/ListView';
import { RemoveTenantDialog, TenantDialog, type TenantRow } from './TenantDialog';

/** Paths without a tenant are of this one, so it stays. */
const FIRST = 'main';

/** Tenants of the installation, for those who run it. */
export default function TenantsPage() {
  const { t } = useTranslation();
  const { to } = useTenant();
  const filters = useFilters();
  const [open, setOpen] = useState<TenantRow | 'new' | null>(null);
  const [removing, setRemoving] = useState<TenantRow | null>(null);
  return (
    <>
      <PageTitle title={t('nav.tenants')} />
      <PageHeader title={t('nav.tenants')} sub={t('tenants.sub')}>
        <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>{t('tenants.add')}</Button>
      </PageHeader>
      <FilterBar filters={filters}><SearchFilter filters={filters} label={t('tenants.search')} /></FilterBar>
      <ListView<TenantRow>
        api={installationApi} topic="tenants" path="tenants" query={{ q: filters.get('q') }} label={t('nav.tenants')} keyOf={(row) => row.id} empty={<Empty title={t('tenants.none')}>{t('common.noneFoundText')}</Empty>}
        columns={[
          { head: t('common.name'), cell: (row) => <><TextLink to={to('tenants', row.id)}><b>{row.name}</b></TextLink> <Text span size="xs" c="dimmed" className="mr-mono">{row.id}</Text></> },
          { head: t('tenants.made'), cell: (row) => <Time at={row.createdAt} /> },
          { head: t('tenants.by'), cell: (row) => row.createdBy ?? '–' },
          {
            head: '', right: true,
            cell: (row) => (
              <Group gap={4} wrap="nowrap" justify="flex-end">
                <ActionIcon aria-label={t('tenants.edit', { name: row.name })} onClick={() => setOpen(row)}><IconPencil size={16} /></ActionIcon>
                {row.id !== FIRST && <ActionIcon aria-label={t('tenants.remove', { name: row.name })} onClick={() => setRemoving(row)}><IconTrash size={16} /></ActionIcon>}
              </Group>
            ),
          },
        ]}
      />
      {open && <TenantDialog tenant={open === 'new' ? undefined : open} onClose={() => setOpen(null)} />}
      {removing && <RemoveTenantDialog tenant={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}
