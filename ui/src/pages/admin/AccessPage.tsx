// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Button, Checkbox, Group, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { path, seen } from '../../api/client';
import type { Page } from '../../api/types';
import { ACCESS_TABS, useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { Await, Empty, PageHeader, PageTitle } from '../../components/basics';
import { useConfirm } from '../../components/confirm';
import { SidePanel } from '../../components/Dialog';
import { FormDialog } from '../../components/FormDialog';
import { ListView } from '../../components/ListView';
import { TabBar } from '../../components/TabBar';
import { Tokens } from '../../components/Tokens';
import { Bindings } from './Bindings';
import { Members } from './Members';
import type { Role } from './RoleSelect';

interface Account {
  id: string;
  name: string;
  description?: string;
}

type Tab = keyof typeof ACCESS_TABS;

export default function AccessPage() {
  const { t } = useTranslation();
  const { tab = 'bindings' } = useParams();
  const { to, can } = useTenant();
  const navigate = useNavigate();
  const shown = (Object.keys(ACCESS_TABS) as Tab[]).filter((id) => can(ACCESS_TABS[id], ''));
  const current = shown.find((id) => id === tab) ?? shown[0];
  return (
    <>
      <PageTitle title={t('nav.access')} />
      <PageHeader title={t('nav.access')} sub={t('access.sub')} />
      <TabBar value={current ?? null} tabs={shown} nameOf={(id) => t(`accessTab.${id}`)} onChange={(next) => void navigate(to('access', next))} />
      {current === 'bindings' && <Bindings />}
      {current === 'members' && <Members />}
      {current === 'groups' && <Groups />}
      {current === 'roles' && <Roles />}
      {current === 'accounts' && <Accounts />}
      {!current && <Empty title={t('access.nothing')}>{t('access.nothingText')}</Empty>}
    </>
  );
}

interface UserGroup {
  id: string;
  name: string;
  description?: string;
  /** Seen in tokens: the issuer says who is in it. */
  external: boolean;
}

function Groups() {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const confirm = useConfirm();
  const may = can('GROUP_UPDATE', '');
  const [adding, setAdding] = useState(false);
  const [open, setOpen] = useState<UserGroup | null>(null);
  const remove = useChange((id: string) => api.delete(`groups/${path(id)}`), { done: t('access.groupDeleted'), touches: ['groups', 'bindings', 'members'] });
  return (
    <>
      {may && <Group justify="flex-end" mb="sm"><Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>{t('access.addGroup')}</Button></Group>}
      <ListView<UserGroup>
        topic="groups" path="groups/search" label={t('accessTab.groups')} keyOf={(row) => row.id} empty={<Empty title={t('access.noGroups')}>{t('access.noMembersText')}</Empty>}
        columns={[
          { head: t('common.name'), cell: (row) => <Button variant="transparent" p={0} h="auto" onClick={() => setOpen(row)}>{row.name}</Button> },
          { head: t('common.description'), cell: (row) => row.description },
          { head: t('access.from'), cell: (row) => t(row.external ? 'access.issuer' : 'access.given') },
          { head: '', right: true, cell: (row) => may && !row.external && <ActionIcon aria-label={t('access.deleteGroup', { name: row.name })} onClick={() => void confirm({ title: t('access.deleteGroup', { name: row.name }), text: t('access.deleteGroupText'), confirm: t('common.delete'), danger: true }).then((yes) => yes && remove.mutate(row.id))}><IconTrash size={16} /></ActionIcon> },
        ]}
      />
      {adding && <NamedDialog title={t('access.addGroup')} route="groups" done={t('access.groupAdded')} touches={['groups']} onClose={() => setAdding(false)} />}
      <SidePanel opened={open !== null} onClose={() => setOpen(null)} size="lg" title={open?.name}>
        {open && <GroupMembers group={open} />}
      </SidePanel>
    </>
  );
}

/** Makes something that has a name and a description. */
function NamedDialog({ title, route, done, touches, onClose }: { title: string; route: string; done: string; touches: string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const add = useChange(() => api.post(route, { name, description }), { done, touches, then: onClose });
  return (
    <FormDialog title={title} submit={t('common.add')} busy={add.isPending} disabled={!name} onSubmit={() => add.mutate(undefined)} onClose={onClose}>
      <TextInput data-autofocus required label={t('common.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} />
      <TextInput label={t('common.description')} value={description} onChange={(e) => setDescription(e.currentTarget.value)} />
    </FormDialog>
  );
}

interface Person {
  id: string;
  username: string;
  displayName?: string;
}

function GroupMembers({ group }: { group: UserGroup }) {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const base = `groups/${path(group.id)}/members`;
  const may = can('GROUP_UPDATE', '') && !group.external;
  const [chosen, setChosen] = useState<string | null>(null);
  const members = useQuery({ queryKey: [api.tenant, 'groups', 'members', group.id], queryFn: ({ signal }) => api.get<Page<Person>>(base, { size: 500 }, signal) });
  const people = useQuery({ queryKey: [api.tenant, 'members', 'all'], queryFn: ({ signal }) => api.get<Page<Person>>('tenant-access', { size: 500 }, signal), enabled: may && can('USER_READ', '') });
  const add = useChange((id: string) => api.put(`${base}/${path(id)}`), { touches: ['groups', 'members'], then: () => setChosen(null) });
  const remove = useChange((id: string) => api.delete(`${base}/${path(id)}`), { touches: ['groups', 'members'] });
  const named = (person: Person) => person.displayName ?? person.username;
  return (
    <Stack>
      {group.external && <Text size="sm" c="dimmed">{t('access.externalGroup')}</Text>}
      {may && (
        <Group align="flex-end">
          <Select flex={1} searchable label={t('access.addMember')} error={people.error ? t('access.noPeople') : undefined} value={chosen} onChange={setChosen} data={(people.data?.results ?? []).filter((one) => !members.data?.results.some((member) => member.id === one.id)).map((one) => ({ value: one.id, label: named(one) }))} />
          <Button disabled={!chosen} loading={add.isPending} onClick={() => chosen && add.mutate(chosen)}>{t('common.add')}</Button>
        </Group>
      )}
      <Await query={members}>
        {(all) =>
          all.results.length === 0 ? <Text size="sm" c="dimmed">{t('access.emptyGroup')}</Text> : (
            <Table aria-label={t('accessTab.members')}>
              <Table.Tbody>
                {all.results.map((member) => (
                  <Table.Tr key={member.id}>
                    <Table.Td>{named(member)}</Table.Td>
                    <Table.Td ta="right">{may && <ActionIcon aria-label={t('access.removeMember', { name: named(member) })} loading={remove.isPending && remove.variables === member.id} onClick={() => remove.mutate(member.id)}><IconTrash size={16} /></ActionIcon>}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Await>
    </Stack>
  );
}

interface RoleDetail {
  name: string;
  description?: string;
  permissions: Record<string, string[]>;
  isDefault: boolean;
  isManaged: boolean;
}

function Roles() {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const confirm = useConfirm();
  const may = can('ROLE_UPDATE', '');
  const [open, setOpen] = useState<Role | 'new' | null>(null);
  const id = open === 'new' ? 'admin' : open?.id;
  // what a new one can hold is what the role of all permissions holds
  const all = useQuery({ queryKey: [api.tenant, 'roles', 'one', 'admin'], queryFn: () => api.getVersioned<RoleDetail>('roles/admin'), enabled: open !== null });
  const detail = useQuery({ queryKey: [api.tenant, 'roles', 'one', id], queryFn: () => api.getVersioned<RoleDetail>(`roles/${path(id ?? '')}`), enabled: open !== null });
  const remove = useChange((role: string) => api.delete(`roles/${path(role)}`), { done: t('access.roleDeleted'), touches: ['roles', 'bindings'] });
  const both = { ...detail, data: detail.data && all.data && { role: detail.data.value, seen: detail.data.etag, all: all.data.value } };
  return (
    <>
      {may && <Group justify="flex-end" mb="sm"><Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>{t('access.addRole')}</Button></Group>}
      <ListView<Role>
        topic="roles" path="roles" label={t('accessTab.roles')} keyOf={(row) => row.id} empty={<Empty title={t('access.noBindings')} />}
        columns={[
          { head: t('common.name'), cell: (row) => <Button variant="transparent" p={0} h="auto" onClick={() => setOpen(row)}>{row.name}</Button> },
          { head: t('access.from'), cell: (row) => t(row.isManaged ? 'access.builtIn' : 'access.given') },
          { head: '', right: true, cell: (row) => may && !row.isManaged && <ActionIcon aria-label={t('access.deleteRole', { name: row.name })} onClick={() => void confirm({ title: t('access.deleteRole', { name: row.name }), text: t('access.deleteRoleText'), confirm: t('common.delete'), danger: true }).then((yes) => yes && remove.mutate(row.id))}><IconTrash size={16} /></ActionIcon> },
        ]}
      />
      <SidePanel opened={open !== null} onClose={() => setOpen(null)} size="lg" title={open === 'new' ? t('access.addRole') : open?.name}>
        {open && (
          <Await query={both}>
            {(read) => (
              <RoleForm
                key={id} id={open === 'new' ? null : open.id} seen={read.seen} all={read.all.permissions} writable={may && (open === 'new' || !read.role.isManaged)} onDone={() => setOpen(null)}
                role={open === 'new' ? { name: '', permissions: {}, isDefault: false, isManaged: false } : read.role}
              />
            )}
          </Await>
        )}
      </SidePanel>
    </>
  );
}

/** What a role lets do, by resource. */
function RoleForm({ id, role: newest, seen: newestSeen, all, writable, onDone }: { id: string | null; role: RoleDetail; seen: string | null; all: Record<string, string[]>; writable: boolean; onDone: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  // as it was when the form was begun: what is read meanwhile must not pass for what was seen
  const [{ role, etag }] = useState({ role: newest, etag: newestSeen });
  const [name, setName] = useState(role.name);
  const [description, setDescription] = useState(role.description ?? '');
  const [permissions, setPermissions] = useState(role.permissions);
  const save = useChange(
    () => {
      const asked = { name, description, isDefault: role.isDefault, permissions: Object.fromEntries(Object.entries(permissions).filter(([, actions]) => actions.length > 0)) };
      return id ? api.put(`roles/${path(id)}`, asked, undefined, seen(etag)) : api.post('roles', asked);
    },
    { done: t('access.roleSaved'), touches: ['roles', 'bindings'], then: onDone },
  );
  const resources = Object.keys({ ...all, ...role.permissions }).sort();
  const nameOfResource = (resource: string) => t(`access.resource.${resource}`, resource);
  const nameOfAction = (action: string) => t(`access.action.${action}`, action);
  return (
    <form onSubmit={(e) => { e.preventDefault(); save.mutate(undefined); }}>
      <Stack>
        {writable && <TextInput data-autofocus required label={t('common.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} />}
        {writable ? <TextInput label={t('common.description')} value={description} onChange={(e) => setDescription(e.currentTarget.value)} /> : role.description && <Text size="sm">{role.description}</Text>}
        <Table aria-label={t('access.permissions')}>
          <Table.Tbody>
            {resources.map((resource) => {
              const had = permissions[resource] ?? [];
              const actions = [...new Set([...(all[resource] ?? []), ...(role.permissions[resource] ?? [])])];
              if (!writable) return had.length > 0 ? <Table.Tr key={resource}><Table.Td>{nameOfResource(resource)}</Table.Td><Table.Td>{had.map(nameOfAction).join(', ')}</Table.Td></Table.Tr> : null;
              return (
                <Table.Tr key={resource}>
                  <Table.Td>{nameOfResource(resource)}</Table.Td>
                  <Table.Td>
                    <Group gap="sm">
                      {actions.map((action) => (
                        <Checkbox key={action} size="xs" label={nameOfAction(action)} aria-label={`${nameOfResource(resource)}: ${nameOfAction(action)}`} checked={had.includes(action)} onChange={(e) => setPermissions({ ...permissions, [resource]: e.currentTarget.checked ? [...had, action] : had.filter((one) => one !== action) })} />
                      ))}
                    </Group>
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
        {writable && <Group justify="flex-end"><Button variant="default" onClick={onDone}>{t('common.cancel')}</Button><Button type="submit" disabled={!name.trim()} loading={save.isPending}>{t('common.save')}</Button></Group>}
      </Stack>
    </form>
  );
}

function Accounts() {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const confirm = useConfirm();
  const [adding, setAdding] = useState(false);
  const [open, setOpen] = useState<Account | null>(null);
  const remove = useChange((id: string) => api.delete(`service-accounts/${path(id)}`), { done: t('access.accountDeleted'), touches: ['accounts', 'bindings'] });
  return (
    <>
      {can('SERVICE_ACCOUNT_UPDATE', '') && <Group justify="flex-end" mb="sm"><Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>{t('access.addAccount')}</Button></Group>}
      <ListView<Account>
        topic="accounts" path="service-accounts" label={t('accessTab.accounts')} keyOf={(row) => row.id} empty={<Empty title={t('access.noAccounts')}>{t('access.noAccountsText')}</Empty>}
        columns={[
          { head: t('common.name'), cell: (row) => <Button variant="transparent" p={0} h="auto" onClick={() => setOpen(row)}>{row.name}</Button> },
          { head: t('common.description'), cell: (row) => row.description },
          { head: '', right: true, cell: (row) => can('SERVICE_ACCOUNT_UPDATE', '') && <ActionIcon aria-label={t('access.deleteAccount', { name: row.name })} onClick={() => void confirm({ title: t('access.deleteAccount', { name: row.name }), text: t('access.deleteAccountText'), confirm: t('common.delete'), danger: true }).then((yes) => yes && remove.mutate(row.id))}><IconTrash size={16} /></ActionIcon> },
        ]}
      />
      {adding && <NamedDialog title={t('access.addAccount')} route="service-accounts" done={t('access.accountAdded')} touches={['accounts']} onClose={() => setAdding(false)} />}
      <SidePanel opened={open !== null} onClose={() => setOpen(null)} size="lg" title={open?.name}>
        {open && <Tokens base={`service-accounts/${path(open.id)}/api-tokens`} writable={can('SERVICE_ACCOUNT_UPDATE', '')} />}
      </SidePanel>
    </>
  );
}
