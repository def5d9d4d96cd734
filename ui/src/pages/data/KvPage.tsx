// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Button, Group, Select, Text, Textarea, TextInput } from '@mantine/core';
import { IconEdit, IconEye, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { path, request, seen } from '../../api/client';
import { useTenant } from '../../app/context';
import { formatInstant } from '../../app/format';
import { useChange } from '../../app/hooks';
import { useFilters } from '../../app/url';
import { AwaitDialog } from '../../components/AwaitDialog';
import { Await, Empty, Json, PageHeader, PageTitle, TextLink, Time } from '../../components/basics';
import { Dialog } from '../../components/Dialog';
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
                {can('KV_UPDATE', row.namespace)
                  ? <ActionIcon aria-label={t('kv.edit', { key: row.key })} onClick={() => setOpen(row)}><IconEdit size={16} /></ActionIcon>
                  : <ActionIcon aria-label={t('kv.see', { key: row.key })} onClick={() => setOpen(row)}><IconEye size={16} /></ActionIcon>}
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
    queryKey: [api.tenant, 'kv-value', entry.namespace, entry.key],
    queryFn: () => api.getVersioned<KvEntry & Value>(`namespaces/${path(entry.namespace ?? '')}/kv/${path(entry.key ?? '')}/detail`),
    enabled: known,
    staleTime: Infinity,
    gcTime: 0,
  });
  if (!known) return <KvForm entry={entry} type="STRING" value="" onClose={onClose} />;
  return <AwaitDialog query={stored} title={entry.key ?? ''} onClose={onClose}>{({ value, etag }) => <KvForm entry={value} type={value.type} value={textOf(value)} etag={etag} onClose={onClose} />}</AwaitDialog>;
}

interface Value {
  type: string;
  value: unknown;
}

function textOf({ value }: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function KvForm({ entry, type: initialType, value: initial, etag, onClose }: { entry: Partial<KvEntry>; type: string; value: string; etag?: string | null; onClose: () => void }) {
  const { t, i18n } = useTranslation();
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
      request('PUT', `${api.base}namespaces/${path(namespace)}/kv/${path(key)}?${new URLSearchParams({ description })}`, {
        // what is written as text is text, however it looks
        body: type === 'STRING' || type === 'DURATION' || type.startsWith('DATE') ? JSON.stringify(value) : value, contentType: 'text/plain',
        headers: { ...seen(etag), ...(ttl ? { ttl } : {}) },
      }),
    { done: t('kv.saved'), touches: ['kv'], then: onClose },
  );
  const may = can('KV_UPDATE', namespace);
  if (known && !may) return <KvValue entry={entry} type={initialType} value={initial} onClose={onClose} />;
  return (
    <FormDialog title={known ? t('kv.edit', { key }) : t('kv.add')} submit={t('common.save')} busy={save.isPending} disabled={!namespace || !key || !may} onSubmit={() => save.mutate(undefined)} onClose={onClose}>
      {!known && <NamespaceInput required label={t('common.namespace')} error={namespace === '' || may ? undefined : t('common.mayNotHere')} value={namespace} onChange={setNamespace} />}
      {!known && <TextInput required label={t('kv.key')} value={key} onChange={(e) => setKey(e.currentTarget.value)} />}
      <Select label={t('common.type')} allowDeselect={false} data={TYPES} value={type} onChange={(next) => next && setType(next)} />
      <Textarea label={t('common.value')} autosize minRows={2} maxRows={16} value={value} onChange={(e) => setValue(e.currentTarget.value)} styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }} />
      <TextInput label={t('common.description')} value={description} onChange={(e) => setDescription(e.currentTarget.value)} />
      <TextInput label={t('kv.ttl')} description={entry.expirationDate ? t('kv.hadTtl', { at: formatInstant(entry.expirationDate, i18n.language) }) : undefined} placeholder="P7D" value={ttl} onChange={(e) => setTtl(e.currentTarget.value)} />
      {known && <Versions entry={entry} />}
    </FormDialog>
  );
}

/** A value for whoever may only read it. */
function KvValue({ entry, type, value, onClose }: { entry: Partial<KvEntry>; type: string; value: string; onClose: () => void }) {
  return (
    <Dialog onClose={onClose} title={entry.key}>
      <Text size="sm" c="dimmed" mb="xs">{entry.namespace} · {type}</Text>
      {entry.description && <Text size="sm" mb="xs">{entry.description}</Text>}
      <Json value={value} />
      <Versions entry={entry} />
    </Dialog>
  );
}

interface Version extends Value {
  version: number;
  creationDate: string;
  createdBy: string;
}

/** What a key had before, and who gave it that: read when it is asked for. */
function Versions({ entry: { namespace = '', key = '' } }: { entry: Partial<KvEntry> }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const [open, setOpen] = useState(false);
  const versions = useQuery({ queryKey: [api.tenant, 'kv', 'versions', namespace, key], queryFn: ({ signal }) => api.get<Version[]>(`namespaces/${path(namespace)}/kv/${path(key)}/versions`, undefined, signal), enabled: open });
  return (
    <details onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{t('kv.versions')}</summary>
      {open && (
        <Await query={versions}>
          {(all) => all.map((one) => (
            <div key={one.version} data-version={one.version}>
              <Text size="xs" c="dimmed">{t('kv.versionBy', { version: one.version, by: one.createdBy })} · <Time at={one.creationDate} /></Text>
              <Json value={textOf(one)} />
            </div>
          ))}
        </Await>
      )}
    </details>
  );
}
