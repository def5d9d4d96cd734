// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Badge, Button, Group, Select, TextInput } from '@mantine/core';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { path, seen } from '../../api/client';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { AwaitDialog } from '../../components/AwaitDialog';
import { Empty, TextLink } from '../../components/basics';
import { useConfirm } from '../../components/confirm';
import { NamespaceInput } from '../../components/filters';
import { FormDialog } from '../../components/FormDialog';
import { ListView } from '../../components/ListView';
import { RoleSelect } from './RoleSelect';

interface Binding {
  id: string;
  kind: 'USER' | 'GROUP' | 'SERVICE_ACCOUNT';
  name: string;
  namespace: string;
  role: { id: string; name?: string };
  user?: { displayName?: string; username: string };
  configured: boolean;
}

/** Who has which role; of a namespace, also by one that holds in it from above. */
export function Bindings({ namespace }: { namespace?: string }) {
  const { t } = useTranslation();
  const { api, to, can } = useTenant();
  const confirm = useConfirm();
  // bindings are the whole tenant's, wherever they hold
  const may = can('BINDING_UPDATE', '');
  const [open, setOpen] = useState<Binding | 'new' | null>(null);
  const remove = useChange((id: string) => api.delete(`bindings/${path(id)}`), { done: t('access.unbound'), touches: ['bindings', 'members'] });
  return (
    <>
      {may && <Group justify="flex-end" mb="sm"><Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>{t('access.bind')}</Button></Group>}
      <ListView<Binding>
        topic="bindings" path="bindings" query={{ namespace }} label={t('accessTab.bindings')} keyOf={(row) => row.id} empty={<Empty title={t('access.noBindings')}>{t('access.noBindingsText')}</Empty>}
        columns={[
          { head: t('access.who'), cell: (row) => <><b>{nameOf(row)}</b> <Badge size="xs" variant="light" color="gray">{t(`access.kind.${row.kind}`)}</Badge></> },
          { head: t('access.role'), cell: (row) => row.role.name ?? row.role.id },
          { head: t('access.where'), cell: (row) => (row.namespace ? <TextLink to={to('namespaces', row.namespace, 'access')} mono>{row.namespace}</TextLink> : t('preferences.everywhere')) },
          { head: t('access.from'), cell: (row) => (row.configured ? t('access.configured') : t('access.given')) },
          { head: '', right: true, hidden: !may, cell: (row) => !row.configured && (
            <Group gap={4} wrap="nowrap" justify="flex-end">
              <ActionIcon aria-label={t('access.rebind', { name: nameOf(row) })} onClick={() => setOpen(row)}><IconPencil size={16} /></ActionIcon>
              <ActionIcon aria-label={t('access.unbind', { name: nameOf(row) })} onClick={() => void confirm({ title: t('access.unbind', { name: nameOf(row) }), confirm: t('common.remove'), danger: true }).then((yes) => yes && remove.mutate(row.id))}><IconTrash size={16} /></ActionIcon>
            </Group>
          ) },
        ]}
      />
      {open === 'new' && <BindDialog namespace={namespace} onClose={() => setOpen(null)} />}
      {open && open !== 'new' && <RebindDialog binding={open} onClose={() => setOpen(null)} />}
    </>
  );
}

function nameOf(binding: Binding): string {
  return binding.user?.displayName ?? binding.user?.username ?? binding.name;
}

/** Changes a binding as it is now, if it still is so when that is sent. */
function RebindDialog({ binding, onClose }: { binding: Binding; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const stored = useQuery({ queryKey: [api.tenant, 'binding', binding.id], queryFn: () => api.getVersioned<Binding>(`bindings/${path(binding.id)}`), staleTime: Infinity, gcTime: 0 });
  return <AwaitDialog query={stored} title={t('access.rebind', { name: nameOf(binding) })} onClose={onClose}>{({ value, etag }) => <BindDialog binding={value} etag={etag} onClose={onClose} />}</AwaitDialog>;
}

/** Gives a role to somebody, or changes what a binding gives. */
function BindDialog({ binding, etag, namespace: here, onClose }: { binding?: Binding; etag?: string | null; namespace?: string | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const [kind, setKind] = useState('user');
  const [name, setName] = useState('');
  const [role, setRole] = useState<string | null>(binding?.role.id ?? 'viewer');
  const [namespace, setNamespace] = useState(binding?.namespace ?? here ?? '');
  const bind = useChange(
    () => (binding ? api.put(`bindings/${path(binding.id)}`, { role, namespace }, undefined, seen(etag)) : api.post('bindings', { [kind]: name, role, namespace })),
    { done: t(binding ? 'access.rebound' : 'access.bound'), touches: ['bindings'], then: onClose },
  );
  const whom = binding ? null : (
    <>
      <Select label={t('access.who')} allowDeselect={false} value={kind} onChange={(next) => next && setKind(next)} data={[{ value: 'user', label: t('access.kind.USER') }, { value: 'group', label: t('access.kind.GROUP') }, { value: 'serviceAccount', label: t('access.kind.SERVICE_ACCOUNT') }]} />
      <TextInput required label={t('common.name')} description={t('access.nameHint')} value={name} onChange={(e) => setName(e.currentTarget.value)} />
    </>
  );
  return (
    <FormDialog
      title={binding ? t('access.rebind', { name: nameOf(binding) }) : t('access.bind')} submit={t(binding ? 'common.save' : 'access.bind')} busy={bind.isPending}
      disabled={!role || (binding ? role === binding.role.id && namespace === binding.namespace : !name)} onSubmit={() => bind.mutate(undefined)} onClose={onClose}
    >
      {whom}
      <RoleSelect value={role} onChange={setRole} />
      <NamespaceInput label={t('access.whereHint')} value={namespace} onChange={setNamespace} />
    </FormDialog>
  );
}
