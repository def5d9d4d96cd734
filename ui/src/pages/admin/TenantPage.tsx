// SPDX-License-Identifier: Apache-2.0
import { Button, Group } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { installationApi, path } from '../../api/client';
import { useTenant } from '../../app/context';
import { Await, PageHeader, PageTitle, TextLink } from '../../components/basics';
import { TabBar } from '../../components/TabBar';
import { Egress } from './Egress';
import { QuotaDialog, QuotaList, type Quota } from './Quotas';
import type { TenantRow } from './TenantDialog';

const TABS = ['quotas', 'egress'] as const;

/** What a tenant may have, and where its tasks may connect to; for those who run the installation. */
export default function TenantPage() {
  const { t } = useTranslation();
  const { id = '', tab } = useParams();
  const { to, id: here, session } = useTenant();
  const navigate = useNavigate();
  const tenant = useQuery({ queryKey: [installationApi.scope, 'tenants', 'one', id], queryFn: ({ signal }) => installationApi.get<TenantRow>(`tenants/${path(id)}`, undefined, signal) });
  const current = TABS.find((one) => one === tab) ?? TABS[0];
  const name = tenant.data?.name ?? id;
  return (
    <>
      <PageTitle title={name} />
      <PageHeader title={name} crumbs={<TextLink to={to('tenants')}>{t('nav.tenants')}</TextLink>} sub={<span className="mr-mono">{id}</span>}>
        {id !== here && session.tenants.some((one) => one.id === id) && <Button variant="default" component={Link} to={`/${id}`}>{t('tenants.enter')}</Button>}
      </PageHeader>
      <Await query={tenant}>
        {() => (
          <>
            <TabBar value={current} tabs={TABS} nameOf={(one) => t(`nav.${one}`)} onChange={(next) => void navigate(to('tenants', id, next))} />
            {current === 'quotas' && <Quotas path={`tenants/${path(id)}/quotas`} />}
            {current === 'egress' && <Egress api={installationApi} path={`tenants/${path(id)}/egress`} writable />}
          </>
        )}
      </Await>
    </>
  );
}

function Quotas({ path: at }: { path: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Partial<Quota> | null>(null);
  return (
    <>
      <Group justify="flex-end" mb="sm"><Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({})}>{t('quotas.set')}</Button></Group>
      <QuotaList api={installationApi} path={at} may={() => true} onEdit={setOpen} />
      {open && <QuotaDialog whole api={installationApi} path={at} quota={open} onClose={() => setOpen(null)} />}
    </>
  );
}
