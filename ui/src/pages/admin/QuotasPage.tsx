// SPDX-License-Identifier: Apache-2.0
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTenant } from '../../app/context';
import { PageHeader, PageTitle } from '../../components/basics';
import { QuotaDialog, QuotaList, type Quota } from './Quotas';

export default function QuotasPage() {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const [open, setOpen] = useState<Partial<Quota> | null>(null);
  return (
    <>
      <PageTitle title={t('nav.quotas')} />
      <PageHeader title={t('nav.quotas')} sub={t('quotas.sub')}>
        {can('QUOTA_UPDATE') && <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({})}>{t('quotas.set')}</Button>}
      </PageHeader>
      {/* the tenant's own are the operator's */}
      <QuotaList api={api} path="quotas" may={(namespace) => namespace !== '' && can('QUOTA_UPDATE', namespace)} onEdit={setOpen} />
      {open && <QuotaDialog api={api} path="quotas" quota={open} onClose={() => setOpen(null)} />}
    </>
  );
}
