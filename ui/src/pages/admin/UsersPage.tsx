// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Badge, Button, Group, Menu, MultiSelect, Switch, Text, TextInput } from '@mantine/core';
import { IconDotsVertical, IconKey, IconLogout, IconShield, IconShieldOff, IconTrash, IconUserCheck, IconUserOff, IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { installationApi, path } from '../../api/client';
import type { Page } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { useFilters } from '../../app/url';
import { Empty, PageHeader, PageTitle, TextLink, Time } from '../../components/basics';
import { useConfirm } from '../../components/confirm';
import { SidePanel } from '../../components/Dialog';
import { FilterBar, SearchFilter } from '../../components/filters';
import { FormDialog } from '../../components/FormDialog';
import { ListView } from '../../components/ListView';
import { Tokens } from '../../components/Tokens';
import type { TenantRow } from './TenantDialog';

interface User {
  id: string;
  username: string;
  displayName?: string;
  email?: string;
  tenants: { id: string }[];
  /** None of who has not come yet. */
  auths: { name: string }[];
  /** Whether he himself was named an operator. */
  superAdmin: boolean;
  /** Whether he runs the installation, be it by a group. */
  operator: boolean;
  restricted: boolean;
  lastSeen?: string;
}

/** Who has ever signed in, and who is expected; for those who run the installation. */
export default function UsersPage() {
  const { t } = useTranslation();
  const { to } = useTenant();
  const filters = useFilters();
  const [adding, setAdding] = useState(false);
  const [tokensOf, setTokensOf] = useState<User | null>(null);
  const none = filters.any ? <Empty title={t('users.noneFound')}>{t('common.noneFoundText')}</Empty> : <Empty title={t('access.noMembers')}>{t('access.noMembersText')}</Empty>;
  return (
    <>
      <PageTitle title={t('nav.users')} />
      <PageHeader title={t('nav.users')} sub={t('users.sub')}>
        <Button leftSection={<IconUserPlus size={16} />} onClick={() => setAdding(true)}>{t('users.add')}</Button>
      </PageHeader>
      <FilterBar filters={filters}><SearchFilter filters={filters} label={t('users.search')} /></FilterBar>
      <ListView<User>
        api={installationApi} topic="users" path="users" query={{ q: filters.get('q') }} label={t('nav.users')} keyOf={(row) => row.id} empty={none}
        columns={[
          {
            head: t('common.name'),
            cell: (row) => (
              <>
                <Group gap="xs">
                  <b>{nameOf(row)}</b>
                  {row.operator && <Badge size="sm" variant="light" tt="none">{t('users.operator')}</Badge>}
                  {row.restricted && <Badge size="sm" variant="light" color="orange" tt="none">{t('users.restricted')}</Badge>}
                </Group>
                <Text size="xs" c="dimmed" className="mr-breaks">{[...new Set([row.username, row.email])].filter((one) => one && one !== nameOf(row)).join(' · ')}</Text>
              </>
            ),
          },
          { head: t('nav.tenants'), cell: (row) => (row.tenants.length > 0 ? <Group gap="xs">{row.tenants.map(({ id }) => <TextLink key={id} to={to('tenants', id)} mono>{id}</TextLink>)}</Group> : '–') },
          { head: t('access.issuer'), cell: (row) => <Text size="xs" className="mr-breaks">{row.auths.map((auth) => auth.name).join(', ') || '–'}</Text> },
          { head: t('users.lastSeen'), cell: (row) => (row.auths.length > 0 ? <Time at={row.lastSeen} /> : <Text span size="xs" c="dimmed">{t('users.awaited')}</Text>) },
          { head: '', right: true, cell: (row) => <Actions user={row} onTokens={() => setTokensOf(row)} /> },
        ]}
      />
      {adding && <AddDialog onClose={() => setAdding(false)} />}
      <SidePanel opened={tokensOf !== null} onClose={() => setTokensOf(null)} size="lg" title={tokensOf && t('users.tokensOf', { name: nameOf(tokensOf) })}>
        {tokensOf && <Tokens api={installationApi} base={`users/${path(tokensOf.id)}/api-tokens`} writable mayAdd={false} />}
      </SidePanel>
    </>
  );
}

function nameOf(user: User): string {
  return user.displayName ?? user.username;
}

function Actions({ user, onTokens }: { user: User; onTokens: () => void }) {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const name = nameOf(user);
  const at = `users/${path(user.id)}`;
  const change = useChange((work: () => Promise<unknown>) => work(), { done: t('users.changed'), touches: ['users'] });
  const ask = (what: 'operator' | 'notOperator' | 'restrict' | 'signOut' | 'delete', work: () => Promise<unknown>) =>
    void confirm({ title: t(`users.${what}Title`, { name }), text: t(`users.${what}Text`), confirm: t(`users.${what}Yes`), danger: what === 'restrict' || what === 'delete' }).then((yes) => yes && change.mutate(work));
  return (
    <Menu position="bottom-end">
      <Menu.Target><ActionIcon aria-label={t('users.actions', { name })} loading={change.isPending}><IconDotsVertical size={16} /></ActionIcon></Menu.Target>
      <Menu.Dropdown>
        {user.superAdmin ? (
          <Menu.Item leftSection={<IconShieldOff size={15} />} onClick={() => ask('notOperator', () => installationApi.patch(`${at}/superadmin`, { superAdmin: false }))}>{t('users.notOperatorYes')}</Menu.Item>
        ) : (
          !user.operator && <Menu.Item leftSection={<IconShield size={15} />} onClick={() => ask('operator', () => installationApi.patch(`${at}/superadmin`, { superAdmin: true }))}>{t('users.operatorYes')}</Menu.Item>
        )}
        {user.auths.length > 0 && <Menu.Item leftSection={<IconKey size={15} />} onClick={onTokens}>{t('access.tokens')}</Menu.Item>}
        {user.auths.length > 0 && <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => ask('signOut', () => installationApi.delete(`${at}/refresh-token`))}>{t('users.signOutYes')}</Menu.Item>}
        {user.restricted ? (
          <Menu.Item leftSection={<IconUserCheck size={15} />} onClick={() => change.mutate(() => installationApi.patch(`${at}/restricted`, { restricted: false }))}>{t('users.unrestrict')}</Menu.Item>
        ) : (
          <Menu.Item leftSection={<IconUserOff size={15} />} onClick={() => ask('restrict', () => installationApi.patch(`${at}/restricted`, { restricted: true }))}>{t('users.restrictYes')}</Menu.Item>
        )}
        <Menu.Item leftSection={<IconTrash size={15} />} onClick={() => ask('delete', () => installationApi.delete(at))}>{t('common.delete')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Makes a user who will come. */
function AddDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const [firstName, setFirstName] = useState('');
  const [lastName, setLastName] = useState('');
  const [tenants, setTenants] = useState<string[]>([]);
  const [superAdmin, setSuperAdmin] = useState(false);
  const known = useQuery({ queryKey: [installationApi.scope, 'tenants', 'all'], queryFn: ({ signal }) => installationApi.get<Page<TenantRow>>('tenants/search', { size: 500 }, signal) });
  const add = useChange(() => installationApi.post('users', { email, firstName, lastName, tenants, superAdmin }), { done: t('users.added'), touches: ['users'], then: onClose });
  return (
    <FormDialog title={t('users.add')} submit={t('users.add')} busy={add.isPending} disabled={!email} onSubmit={() => add.mutate(undefined)} onClose={onClose}>
      <Text size="sm" c="dimmed">{t('users.addText')}</Text>
      <TextInput data-autofocus required type="email" label={t('access.email')} description={t('access.emailHint')} value={email} onChange={(e) => setEmail(e.currentTarget.value)} />
      <Group grow>
        <TextInput label={t('users.firstName')} value={firstName} onChange={(e) => setFirstName(e.currentTarget.value)} />
        <TextInput label={t('users.lastName')} value={lastName} onChange={(e) => setLastName(e.currentTarget.value)} />
      </Group>
      <MultiSelect searchable clearable label={t('users.tenants')} error={known.error ? t('users.noTenants') : undefined} data={(known.data?.results ?? []).map((one) => ({ value: one.id, label: one.name }))} value={tenants} onChange={setTenants} />
      <Switch label={t('users.isOperator')} checked={superAdmin} onChange={(e) => setSuperAdmin(e.currentTarget.checked)} />
    </FormDialog>
  );
}
