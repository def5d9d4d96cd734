// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Button, Group, Select, Text, Textarea, TextInput } from '@mantine/core';
import { IconEdit, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { path, request } from '../../api/client';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { useFilters } from '../../app/url';
import { Await, Empty, PageHeader, PageTitle, TextLink, Time } from '../../components/basics';
import { EXAMPLES } from '../../components/examples';
import { useConfirm } from '../../components/confirm';
import { FilterBar, NamespaceFilter, NamespaceInput, SearchFilter } from '../../components/filters';
import { FormDialog } from '../../components/FormDialog';
import { ListView } from '../../components/ListView';

export interface KvEntry {
  namespace: string;
  key: string;
  version: number;
  description?: string;
  updateDate: string;
  expirationDate?: string;
}

export default function KvPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageTitle title={t('nav.kv')} />
      <KvList />
    </>
  );
}

/** Keys of all namespaces, or of one. */
export function KvList({ namespace }: { namespace?: string }) {
  const { t } = useTranslation();
  const { api, to, can } = useTenant();
  const filters = useFilters();
  const confirm = useConfirm();
  const [open, setOpen] = useState<Partial<KvEntry> | null>(null);
  const remove = useChange((entry: KvEntry) => api.delete(`namespaces/${path(entry.namespace)}/kv/${path(entry.key)}`), { done: t('kv.deleted'), touches: ['kv'] });
  const add = can('KV_UPDATE', namespace) && <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({ namespace })}>{t('kv.add')}</Button>;
  return (
    <>
      {!namespace && <PageHeader title={t('nav.kv')} sub={t('kv.sub')}>{add}</PageHeader>}
      <FilterBar filters={filters} right={namespace ? add : undefined}>
        <SearchFilter filters={filters} label={t('kv.search')} />
        {!namespace && <NamespaceFilter filters={filters} />}
      </FilterBar>
      <ListView<KvEntry>
        topic="kv" path="kv" query={{ q: filters.get('q'), namespace: namespace ?? filters.get('namespace') }} label={t('nav.kv')} keyOf={(row) => `${row.namespace}/${row.key}`}
        empty={filters.any ? <Empty title={t('kv.noneFound')}>{t('common.noneFoundText')}</Empty> : <Empty title={t('kv.none')} example={EXAMPLES.kv}>{t('kv.noneText')}</Empty>}
        columns={[
          { head: t('kv.key'), cell: (row) => <><b className="mr-mono">{row.key}</b>{row.description && <Text size="xs" c="dimmed">{row.description}</Text>}</> },
          { head: t('common.namespace'), cell: (row) => <TextLink to={to('namespaces', row.namespace, 'kv')} mono>{row.namespace}</TextLink>, hidden: namespace !== undefined },
          { head: t('kv.version'), cell: (row) => row.version, right: true },
          { head: t('common.updated'), cell: (row) => <Time at={row.updateDate} /> },
          { head: t('kv.expires'), cell: (row) => <Time at={row.expirationDate} /> },
          {
            head: '', right: true,
            cell: (row) => (
              <Group gap={2} justify="flex-end" wrap="nowrap">
                <ActionIcon aria-label={t('kv.edit', { key: row.key })} onClick={() => setOpen(row)}><IconEdit size={16} /></ActionIcon>
                {can('KV_DELETE', row.namespace) && (
                  <ActionIcon aria-label={t('kv.delete', { key: row.key })} onClick={() => void confirm({ title: t('kv.delete', { key: row.key }), text: t('kv.deleteText'), confirm: t('common.delete'), danger: true }).then((yes) => yes && remove.mutate(row))}><IconTrash size={16} /></ActionIcon>
                )}
              </Group>
            ),
          },
        ]}
      />
      {open && <KvDialog entry={open} onClose={() => setOpen(null)} />}
    </>
  );
}

const TYPES = ['STRING', 'NUMBER', 'BOOLEAN', 'DATETIME', 'DATE', 'DURATION', 'JSON'];

function KvDialog({ entry, onClose }: { entry: Partial<KvEntry>; onClose: () => void }) {
  const { api } = useTenant();
  const known = entry.key !== undefined;
  const stored = useQuery({
    queryKey: [api.tenant, 'kv', 'value', entry.namespace, entry.key, entry.version],
    queryFn: () => api.get<{ type: string; value: unknown }>(`namespaces/${path(entry.namespace ?? '')}/kv/${path(entry.key ?? '')}`),
    enabled: known,
  });
  if (!known) return <KvForm entry={entry} type="STRING" value="" onClose={onClose} />;
  return <Await query={stored}>{(read) => <KvForm entry={entry} type={read.type} value={typeof read.value === 'string' ? read.value : JSON.stringify(read.value, null, 2)} onClose={onClose} />}</Await>;
}

function KvForm({ entry, type: initialType, value: initial, onClose }: { entry: Partial<KvEntry>; type: string; value: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const known = entry.key !== undefined;
  const [namespace, setNamespace] = useState(entry.namespace ?? '');
  const [key, setKey] = useState(entry.key ?? '');
  const [type, setType] = useState(initialType);
  const [value, setValue] = useState(initial);
  const [description, setDescription] = useState(entry.description ?? '');
  const [ttl, setTtl] = useState('');
  const save = useChange(
    () =>
      request('PUT', `${api.base}namespaces/${path(namespace)}/kv/${path(key)}`, {
        // what is written as text is text, however it looks
        body: type === 'STRING' || type === 'DURATION' || type.startsWith('DATE') ? JSON.stringify(value) : value, contentType: 'text/plain',
        headers: { ...(ttl ? { ttl } : {}), ...(description ? { description } : {}) },
      }),
    { done: t('kv.saved'), touches: ['kv'], then: onClose },
  );
  return (
    <FormDialog title={known ? t('kv.edit', { key }) : t('kv.add')} submit={t('common.save')} busy={save.isPending} disabled={!namespace || !key || !can('KV_UPDATE', namespace)} onSubmit={() => save.mutate(undefined)} onClose={onClose}>
      {!known && <NamespaceInput visibleLabel required label={t('common.namespace')} value={namespace} onChange={setNamespace} />}
      {!known && <TextInput required label={t('kv.key')} value={key} onChange={(e) => setKey(e.currentTarget.value)} />}
      <Select label={t('common.type')} allowDeselect={false} data={TYPES} value={type} onChange={(next) => next && setType(next)} />
      <Textarea label={t('common.value')} autosize minRows={2} maxRows={16} value={value} onChange={(e) => setValue(e.currentTarget.value)} styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }} />
      <TextInput label={t('common.description')} value={description} onChange={(e) => setDescription(e.currentTarget.value)} />
      <TextInput label={t('kv.ttl')} placeholder="P7D" value={ttl} onChange={(e) => setTtl(e.currentTarget.value)} />
    </FormDialog>
  );
}
