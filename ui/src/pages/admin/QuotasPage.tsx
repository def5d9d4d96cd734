// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Button, NumberInput, Progress, Select, Text } from '@mantine/core';
import { IconPencil, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTenant } from '../../app/context';
import { formatNumber } from '../../app/format';
import { useChange } from '../../app/hooks';
import { Empty, PageHeader, PageTitle } from '../../components/basics';
import { NamespaceInput } from '../../components/filters';
import { FormDialog } from '../../components/FormDialog';
import { ListView } from '../../components/ListView';

interface Quota {
  kind: string;
  namespace: string;
  amount: number;
  used?: number | null;
}

export default function QuotasPage() {
  const { t, i18n } = useTranslation();
  const { can } = useTenant();
  const [open, setOpen] = useState<Partial<Quota> | null>(null);
  return (
    <>
      <PageTitle title={t('nav.quotas')} />
      <PageHeader title={t('nav.quotas')} sub={t('quotas.sub')}>
        {can('QUOTA_UPDATE') && <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({})}>{t('quotas.set')}</Button>}
      </PageHeader>
      <ListView<Quota>
        topic="quotas" path="quotas" label={t('nav.quotas')} keyOf={(row) => `${row.kind}/${row.namespace}`} empty={<Empty title={t('quotas.none')}>{t('quotas.noneText')}</Empty>}
        columns={[
          { head: t('common.namespace'), cell: (row) => (row.namespace ? <span className="mr-mono">{row.namespace}</span> : t('preferences.everywhere')) },
          { head: t('quotas.kind'), cell: (row) => t(`quotas.kinds.${row.kind}`, row.kind) },
          { head: t('quotas.amount'), cell: (row) => formatNumber(row.amount, i18n.language), right: true },
          { head: t('quotas.used'), cell: (row) => (row.used === null || row.used === undefined ? <Text span c="dimmed" size="sm">–</Text> : <div><Progress aria-label={t('quotas.used')} value={(100 * row.used) / Math.max(1, row.amount)} /><Text size="xs">{formatNumber(row.used, i18n.language)}</Text></div>) },
          // the tenant's own are the operator's
          { head: '', right: true, cell: (row) => row.namespace && can('QUOTA_UPDATE', row.namespace) && <ActionIcon aria-label={t('quotas.edit', { namespace: row.namespace })} onClick={() => setOpen(row)}><IconPencil size={16} /></ActionIcon> },
        ]}
      />
      {open && <QuotaDialog quota={open} onClose={() => setOpen(null)} />}
    </>
  );
}

function QuotaDialog({ quota, onClose }: { quota: Partial<Quota>; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const [namespace, setNamespace] = useState(quota.namespace ?? '');
  const [kind, setKind] = useState<string | null>(quota.kind ?? 'running-executions');
  const [amount, setAmount] = useState<number | string>(quota.amount ?? '');
  const save = useChange(() => api.put('quotas', { namespace, kind, amount: amount === '' ? null : Number(amount) }), { done: t('quotas.saved'), touches: ['quotas'], then: onClose });
  return (
    <FormDialog title={t('quotas.set')} submit={t('common.save')} busy={save.isPending} disabled={!namespace || !kind} onSubmit={() => save.mutate(undefined)} onClose={onClose}>
      <NamespaceInput required label={t('common.namespace')} value={namespace} onChange={setNamespace} />
      <Select label={t('quotas.kind')} allowDeselect={false} value={kind} onChange={setKind} data={KINDS.map((one) => ({ value: one, label: t(`quotas.kinds.${one}`) }))} />
      <NumberInput label={t('quotas.amount')} description={t('quotas.emptied')} min={0} value={amount} onChange={setAmount} />
    </FormDialog>
  );
}

const KINDS = ['running-executions', 'starts-per-minute'];
