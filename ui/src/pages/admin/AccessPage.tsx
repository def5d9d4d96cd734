// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Alert, Badge, Button, Drawer, Group, Select, Stack, Table, Tabs, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { path } from '../../api/client';
import type { Page } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { Await, CopyButton, Empty, PageHeader, PageTitle, Time } from '../../components/basics';
import { useConfirm } from '../../components/confirm';
import { NamespaceInput } from '../../components/filters';
import { FormDialog } from '../../components/FormDialog';
import { ListView } from '../../components/ListView';

interface Binding {
  id: string;
  kind: 'USER' | 'GROUP' | 'SERVICE_ACCOUNT';
  name: string;
  namespace: string;
  role: { id: string; name?: string };
  user?: { displayName?: string; username: string };
  configured: boolean;
}

interface Role {
  id: string;
  name: string;
  isManaged: boolean;
}

interface Account {
  id: string;
  name: string;
  description?: string;
}

interface Token {
  id: string;
  name: string;
  prefix: string;
  exp: string;
  lastUsed?: string;
  expired: boolean;
  namespace?: string;
}

const TABS = { bindings: 'BINDING_READ', members: 'USER_READ', groups: 'GROUP_READ', roles: 'ROLE_READ', accounts: 'SERVICE_ACCOUNT_READ' } as const;
type Tab = keyof typeof TABS;

export default function AccessPage() {
  const { t } = useTranslation();
  const { tab = 'bindings' } = useParams();
  const { to, can } = useTenant();
  const navigate = useNavigate();
  const shown = (Object.keys(TABS) as Tab[]).filter((id) => can(TABS[id]));
  const current = shown.find((id) => id === tab) ?? shown[0];
  return (
    <>
      <PageTitle title={t('nav.access')} />
      <PageHeader title={t('nav.access')} sub={t('access.sub')} />
      <Tabs value={current ?? null} onChange={(next) => next && void navigate(to('access', next))} mb="md">
        <Tabs.List>{shown.map((id) => <Tabs.Tab key={id} value={id}>{t(`accessTab.${id}`)}</Tabs.Tab>)}</Tabs.List>
      </Tabs>
      {current === 'bindings' && <Bindings />}
      {current === 'members' && <Members />}
      {current === 'groups' && <Groups />}
      {current === 'roles' && <Roles />}
      {current === 'accounts' && <Accounts />}
      {!current && <Empty title={t('access.nothing')} />}
    </>
  );
}

function Bindings() {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const confirm = useConfirm();
  const [adding, setAdding] = useState(false);
  const remove = useChange((id: string) => api.delete(`bindings/${path(id)}`), { done: t('access.unbound'), touches: ['bindings'] });
  return (
    <>
      {can('BINDING_UPDATE') && <Group justify="flex-end" mb="sm"><Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>{t('access.bind')}</Button></Group>}
      <ListView<Binding>
        topic="bindings" path="bindings" label={t('accessTab.bindings')} keyOf={(row) => row.id} empty={<Empty title={t('access.noBindings')} />}
        columns={[
          { head: t('access.who'), cell: (row) => <><b>{row.user?.displayName ?? row.user?.username ?? row.name}</b> <Badge size="xs" variant="light" color="gray">{t(`access.kind.${row.kind}`)}</Badge></> },
          { head: t('access.role'), cell: (row) => row.role.name ?? row.role.id },
          { head: t('access.where'), cell: (row) => (row.namespace ? <span className="mr-mono">{row.namespace}</span> : t('preferences.everywhere')) },
          { head: t('access.from'), cell: (row) => (row.configured ? t('access.configured') : t('access.given')) },
          { head: '', right: true, cell: (row) => can('BINDING_UPDATE') && <ActionIcon aria-label={t('access.unbind', { name: row.name })} onClick={() => void confirm({ title: t('access.unbind', { name: row.name }), confirm: t('common.remove'), danger: true }).then((yes) => yes && remove.mutate(row.id))}><IconTrash size={16} /></ActionIcon> },
        ]}
      />
      {adding && <BindDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function BindDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const [kind, setKind] = useState('user');
  const [name, setName] = useState('');
  const [role, setRole] = useState<string | null>('viewer');
  const [namespace, setNamespace] = useState('');
  const roles = useQuery({ queryKey: [api.tenant, 'roles', 'all'], queryFn: () => api.get<Page<Role>>('roles', { size: 500 }) });
  const bind = useChange(() => api.post('bindings', { [kind]: name, role, namespace }), { done: t('access.bound'), touches: ['bindings'], then: onClose });
  return (
    <FormDialog title={t('access.bind')} submit={t('access.bind')} busy={bind.isPending} disabled={!name || !role} onSubmit={() => bind.mutate(undefined)} onClose={onClose}>
      <Select label={t('access.who')} allowDeselect={false} value={kind} onChange={(next) => next && setKind(next)} data={[{ value: 'user', label: t('access.kind.USER') }, { value: 'group', label: t('access.kind.GROUP') }, { value: 'serviceAccount', label: t('access.kind.SERVICE_ACCOUNT') }]} />
      <TextInput required label={t('common.name')} description={t('access.nameHint')} value={name} onChange={(e) => setName(e.currentTarget.value)} />
      <Select label={t('access.role')} allowDeselect={false} value={role} onChange={setRole} data={(roles.data?.results ?? []).map((one) => ({ value: one.id, label: one.name }))} />
      <NamespaceInput visibleLabel label={t('access.whereHint')} value={namespace} onChange={setNamespace} />
    </FormDialog>
  );
}

function Members() {
  const { t } = useTranslation();
  return (
    <ListView<{ id: string; username: string; displayName?: string; groups: { id: string }[]; auths: { name: string }[] }>
      topic="members" path="tenant-access" label={t('accessTab.members')} keyOf={(row) => row.id} empty={<Empty title={t('access.noMembers')}>{t('access.noMembersText')}</Empty>}
      columns={[
        { head: t('common.name'), cell: (row) => <><b>{row.displayName ?? row.username}</b> <Text span size="xs" c="dimmed">{row.username}</Text></> },
        { head: t('accessTab.groups'), cell: (row) => row.groups.map((group) => group.id).join(', ') },
        { head: t('access.issuer'), cell: (row) => row.auths.map((auth) => auth.name).join(', ') },
      ]}
    />
  );
}

function Groups() {
  const { t } = useTranslation();
  return (
    <ListView<{ id: string; name: string; description?: string; external: boolean }>
      topic="groups" path="groups/search" label={t('accessTab.groups')} keyOf={(row) => row.id} empty={<Empty title={t('access.noGroups')}>{t('access.noMembersText')}</Empty>}
      columns={[
        { head: t('common.name'), cell: (row) => <b>{row.name}</b> },
        { head: t('common.description'), cell: (row) => row.description },
        { head: t('access.from'), cell: (row) => t(row.external ? 'access.issuer' : 'access.given') },
      ]}
    />
  );
}

function Roles() {
  const { t } = useTranslation();
  const { api } = useTenant();
  const [open, setOpen] = useState<Role | null>(null);
  const detail = useQuery({
    queryKey: [api.tenant, 'roles', 'one', open?.id],
    queryFn: () => api.get<{ description?: string; permissions: Record<string, string[]> }>(`roles/${path(open?.id ?? '')}`),
    enabled: open !== null,
  });
  return (
    <>
      <ListView<Role>
        topic="roles" path="roles" label={t('accessTab.roles')} keyOf={(row) => row.id} empty={<Empty title={t('access.noBindings')} />}
        columns={[
          { head: t('common.name'), cell: (row) => <Button variant="transparent" p={0} h="auto" onClick={() => setOpen(row)}>{row.name}</Button> },
          { head: t('access.from'), cell: (row) => t(row.isManaged ? 'access.builtIn' : 'access.given') },
        ]}
      />
      <Drawer opened={open !== null} onClose={() => setOpen(null)} title={open?.name} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {open && (
          <Await query={detail}>
            {(role) => (
              <Table>
                <Table.Tbody>{Object.entries(role.permissions).map(([resource, actions]) => <Table.Tr key={resource}><Table.Td>{resource}</Table.Td><Table.Td>{actions.join(', ')}</Table.Td></Table.Tr>)}</Table.Tbody>
              </Table>
            )}
          </Await>
        )}
      </Drawer>
    </>
  );
}

function Accounts() {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const confirm = useConfirm();
  const [adding, setAdding] = useState(false);
  const [name, setName] = useState('');
  const [open, setOpen] = useState<Account | null>(null);
  const add = useChange(() => api.post('service-accounts', { name }), { done: t('access.accountAdded'), touches: ['accounts'], then: () => { setAdding(false); setName(''); } });
  const remove = useChange((id: string) => api.delete(`service-accounts/${path(id)}`), { done: t('access.accountDeleted'), touches: ['accounts', 'bindings'] });
  return (
    <>
      {can('SERVICE_ACCOUNT_UPDATE') && <Group justify="flex-end" mb="sm"><Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>{t('access.addAccount')}</Button></Group>}
      <ListView<Account>
        topic="accounts" path="service-accounts" label={t('accessTab.accounts')} keyOf={(row) => row.id} empty={<Empty title={t('access.noAccounts')}>{t('access.noAccountsText')}</Empty>}
        columns={[
          { head: t('common.name'), cell: (row) => <Button variant="transparent" p={0} h="auto" onClick={() => setOpen(row)}>{row.name}</Button> },
          { head: t('common.description'), cell: (row) => row.description },
          { head: '', right: true, cell: (row) => can('SERVICE_ACCOUNT_UPDATE') && <ActionIcon aria-label={t('access.deleteAccount', { name: row.name })} onClick={() => void confirm({ title: t('access.deleteAccount', { name: row.name }), text: t('access.deleteAccountText'), confirm: t('common.delete'), danger: true }).then((yes) => yes && remove.mutate(row.id))}><IconTrash size={16} /></ActionIcon> },
        ]}
      />
      {adding && (
        <FormDialog title={t('access.addAccount')} submit={t('common.add')} busy={add.isPending} disabled={!name} onSubmit={() => add.mutate(undefined)} onClose={() => setAdding(false)}>
          <TextInput data-autofocus required label={t('common.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} />
        </FormDialog>
      )}
      <Drawer opened={open !== null} onClose={() => setOpen(null)} size="lg" title={open?.name} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {open && <Tokens account={open} />}
      </Drawer>
    </>
  );
}

function Tokens({ account }: { account: Account }) {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const base = `service-accounts/${path(account.id)}/api-tokens`;
  const [name, setName] = useState('');
  const [fresh, setFresh] = useState<string | null>(null);
  const tokens = useQuery({ queryKey: [api.tenant, 'accounts', 'tokens', account.id], queryFn: () => api.get<{ results: Token[] }>(base) });
  const add = useChange(() => api.post<{ fullToken: string }>(base, { name }), { touches: ['accounts'], then: (made) => { setFresh(made.fullToken); setName(''); } });
  const remove = useChange((id: string) => api.delete(`${base}/${path(id)}`), { touches: ['accounts'] });
  return (
    <Stack>
      {fresh && (
        <Alert color="green" variant="light" title={t('access.tokenOnce')} styles={{ title: { color: 'var(--mr-success)' }, message: { color: 'var(--mantine-color-text)' } }}>
          <pre className="mr-json">{fresh}</pre><CopyButton value={fresh} />
        </Alert>
      )}
      {can('SERVICE_ACCOUNT_UPDATE') && (
        <form onSubmit={(e) => { e.preventDefault(); add.mutate(undefined); }}>
          <Group align="flex-end"><TextInput flex={1} required label={t('access.tokenName')} value={name} onChange={(e) => setName(e.currentTarget.value)} /><Button type="submit" loading={add.isPending} disabled={!name}>{t('access.addToken')}</Button></Group>
        </form>
      )}
      <Await query={tokens}>
        {(all) => (
          <Table aria-label={t('access.tokens')}>
            <Table.Thead><Table.Tr><Table.Th>{t('common.name')}</Table.Th><Table.Th>{t('access.prefix')}</Table.Th><Table.Th>{t('kv.expires')}</Table.Th><Table.Th>{t('access.used')}</Table.Th><Table.Th><span className="visually-hidden">…</span></Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {all.results.map((token) => (
                <Table.Tr key={token.id}>
                  <Table.Td>{token.name}</Table.Td><Table.Td className="mr-mono">{token.prefix}…</Table.Td><Table.Td><Time at={token.exp} /></Table.Td><Table.Td><Time at={token.lastUsed} /></Table.Td>
                  <Table.Td>{can('SERVICE_ACCOUNT_UPDATE') && <ActionIcon aria-label={t('access.revoke', { name: token.name })} onClick={() => remove.mutate(token.id)}><IconTrash size={16} /></ActionIcon>}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Await>
    </Stack>
  );
}
