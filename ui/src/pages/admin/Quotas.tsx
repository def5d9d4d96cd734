// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, NumberInput, Progress, Select, Text, TextInput } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { formatBytes, formatNumber } from '../../app/format';
import { useChange } from '../../app/hooks';
import { Empty } from '../../components/basics';
import { NamespaceInput } from '../../components/filters';
import { FormDialog } from '../../components/FormDialog';
import { ListView } from '../../components/ListView';

export interface Quota {
  kind: string;
  namespace: string;
  amount: number;
  used?: number | null;
}

const KINDS = ['running-executions', 'starts-per-minute', 'queued-tasks', 'log-bytes', 'storage-bytes', 'schedules'];
const MIB = 1024 * 1024;
const isBytes = (kind: string) => kind.endsWith('-bytes');

/**
 * Quotas with what is used of them.
 *
 * @param props.path of the list; a change is sent there, too
 * @param props.may whether one in a namespace may be changed, `''` is the whole tenant
 */
export function QuotaList({ api, path, may, onEdit }: { api: Api; path: string; may: (namespace: string) => boolean; onEdit: (quota: Quota) => void }) {
  const { t, i18n } = useTranslation();
  const amount = (kind: string, value: number) => (isBytes(kind) ? formatBytes(value, i18n.language) : formatNumber(value, i18n.language));
  return (
    <ListView<Quota>
      api={api} topic="quotas" path={path} label={t('nav.quotas')} keyOf={(row) => `${row.kind}/${row.namespace}`} empty={<Empty title={t('quotas.none')}>{t('quotas.noneText')}</Empty>}
      columns={[
        { head: t('common.namespace'), cell: (row) => (row.namespace ? <span className="mr-mono">{row.namespace}</span> : t('preferences.everywhere')) },
        { head: t('quotas.kind'), cell: (row) => t(`quotas.kinds.${row.kind}`, row.kind) },
        { head: t('quotas.amount'), cell: (row) => amount(row.kind, row.amount), right: true },
        { head: t('quotas.used'), cell: (row) => (row.used === null || row.used === undefined ? <Text span c="dimmed" size="sm">–</Text> : <div><Progress aria-label={t('quotas.used')} value={(100 * row.used) / Math.max(1, row.amount)} /><Text size="xs">{amount(row.kind, row.used)}</Text></div>) },
        { head: '', right: true, cell: (row) => may(row.namespace) && <ActionIcon aria-label={t('quotas.edit', { kind: t(`quotas.kinds.${row.kind}`, row.kind), namespace: row.namespace || t('preferences.everywhere') })} onClick={() => onEdit(row)}><IconPencil size={16} /></ActionIcon> },
      ]}
    />
  );
}

/**
 * Sets a quota, or takes it away.
 *
 * @param props.quota what is changed; of a new one, what is known of it
 * @param props.whole whether it may be one of the whole tenant
 */
export function QuotaDialog({ api, path, quota, whole = false, onClose }: { api: Api; path: string; quota: Partial<Quota>; whole?: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const known = quota.kind !== undefined;
  const [namespace, setNamespace] = useState(quota.namespace ?? '');
  const [kind, setKind] = useState(quota.kind ?? 'running-executions');
  const unit = isBytes(kind) ? MIB : 1;
  const [amount, setAmount] = useState<number | string>(quota.amount === undefined ? '' : quota.amount / unit);
  const save = useChange(() => api.put(path, { namespace, kind, amount: amount === '' ? null : Math.round(Number(amount) * unit) }), { done: t(amount === '' ? 'quotas.removed' : 'quotas.saved'), touches: ['quotas'], then: onClose });
  const place = whole
    ? <TextInput label={t('access.whereHint')} value={namespace} onChange={(e) => setNamespace(e.currentTarget.value)} />
    : <NamespaceInput required label={t('common.namespace')} value={namespace} onChange={setNamespace} />;
  return (
    <FormDialog title={t('quotas.set')} submit={t('common.save')} busy={save.isPending} disabled={(!whole && !namespace) || (!known && amount === '')} onSubmit={() => save.mutate(undefined)} onClose={onClose}>
      {known ? <Text size="sm"><b>{t(`quotas.kinds.${kind}`, kind)}</b> · {namespace || t('preferences.everywhere')}</Text> : place}
      {!known && <Select label={t('quotas.kind')} allowDeselect={false} value={kind} onChange={(next) => next && setKind(next)} data={KINDS.map((one) => ({ value: one, label: t(`quotas.kinds.${one}`) }))} />}
      <NumberInput data-autofocus={known || undefined} label={t('quotas.amount')} description={known ? t('quotas.emptied') : undefined} suffix={isBytes(kind) ? ' MiB' : undefined} min={0} decimalScale={isBytes(kind) ? 3 : 0} value={amount} onChange={setAmount} />
    </FormDialog>
  );
}
