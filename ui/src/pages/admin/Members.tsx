// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Alert, Badge, Button, Group, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { IconMailPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { path } from '../../api/client';
import type { Page } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { Await, CopyButton, Empty, Time } from '../../components/basics';
import { useConfirm } from '../../components/confirm';
import { NamespaceInput } from '../../components/filters';
import { FormDialog } from '../../components/FormDialog';
import { ListView } from '../../components/ListView';
import { RoleSelect } from './RoleSelect';

interface Member {
  id: string;
  username: string;
  displayName?: string;
  groups: { id: string }[];
  auths: { name: string }[];
}

interface Invitation {
  id: string;
  email: string;
  roles: { id: string; name?: string }[];
  status: string;
  expiredAt: string;
  /** Where he signs in. */
  link?: string;
}

/** Whom the tenant knows, and whom it expects. */
export function Members() {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const confirm = useConfirm();
  const may = can('BINDING_UPDATE', '');
  const [inviting, setInviting] = useState(false);
  const [invited, setInvited] = useState<Invitation | null>(null);
  const remove = useChange((id: string) => api.delete(`tenant-access/${path(id)}`), { done: t('access.memberRemoved'), touches: ['members', 'bindings', 'groups'] });
  const nameOf = (member: Member) => member.displayName ?? member.username;
  return (
    <>
      {may && <Group justify="flex-end" mb="sm"><Button leftSection={<IconMailPlus size={16} />} onClick={() => setInviting(true)}>{t('access.invite')}</Button></Group>}
      {invited && (
        <Alert color="green" variant="light" mb="sm" withCloseButton closeButtonLabel={t('common.close')} onClose={() => setInvited(null)} title={t('access.invited', { email: invited.email })} styles={{ title: { color: 'var(--mr-success)' }, message: { color: 'var(--mantine-color-text)' } }}>
          <Text size="sm">{t('access.invitedText')}</Text>
          {invited.link && <Group gap="xs"><span className="mr-mono mr-breaks">{invited.link}</span><CopyButton value={invited.link} /></Group>}
        </Alert>
      )}
      <ListView<Member>
        topic="members" path="tenant-access" label={t('accessTab.members')} keyOf={(row) => row.id} empty={<Empty title={t('access.noMembers')}>{t('access.noMembersText')}</Empty>}
        columns={[
          { head: t('common.name'), cell: (row) => <><b>{nameOf(row)}</b> <Text span size="xs" c="dimmed">{row.username}</Text></> },
          { head: t('accessTab.groups'), cell: (row) => row.groups.map((group) => group.id).join(', ') },
          { head: t('access.issuer'), cell: (row) => row.auths.map((auth) => auth.name).join(', ') },
          {
            head: '', right: true, hidden: !may,
            cell: (row) => (
              <ActionIcon aria-label={t('access.removeMember', { name: nameOf(row) })} onClick={() => void confirm({ title: t('access.removeMember', { name: nameOf(row) }), text: t('access.removeMemberText'), confirm: t('common.remove'), danger: true }).then((yes) => yes && remove.mutate(row.id))}><IconTrash size={16} /></ActionIcon>
            ),
          },
        ]}
      />
      {can('BINDING_READ', '') && <Invitations writable={may} />}
      {inviting && <InviteDialog onClose={() => setInviting(false)} onInvited={(one) => { setInviting(false); setInvited(one); }} />}
    </>
  );
}

/** Who was invited and hasn't come yet. */
function Invitations({ writable }: { writable: boolean }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const invitations = useQuery({ queryKey: [api.tenant, 'members', 'invitations'], queryFn: ({ signal }) => api.get<Page<Invitation>>('invitations/search', { size: 500 }, signal) });
  const withdraw = useChange((id: string) => api.delete(`invitations/${path(id)}`), { done: t('access.withdrawn'), touches: ['members'] });
  return (
    <Await query={invitations}>
      {({ results }) => {
        const open = results.filter((one) => one.status !== 'ACCEPTED');
        if (open.length === 0) return null;
        return (
          <Stack gap="xs" mt="lg">
            <Title order={2}>{t('access.invitations')}</Title>
            <div className="mr-table-wrap">
              <Table aria-label={t('access.invitations')}>
                <Table.Tbody>
                  {open.map((one) => (
                    <Table.Tr key={one.id}>
                      <Table.Td>{one.email}</Table.Td>
                      <Table.Td>{one.roles.map((role) => role.name ?? role.id).join(', ')}</Table.Td>
                      <Table.Td><Badge size="xs" variant="light" color="gray">{t(`access.invitation.${one.status}`, one.status)}</Badge> <Time at={one.expiredAt} /></Table.Td>
                      <Table.Td ta="right">{writable && <ActionIcon aria-label={t('access.withdraw', { email: one.email })} loading={withdraw.isPending && withdraw.variables === one.id} onClick={() => withdraw.mutate(one.id)}><IconTrash size={16} /></ActionIcon>}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </div>
          </Stack>
        );
      }}
    </Await>
  );
}

function InviteDialog({ onClose, onInvited }: { onClose: () => void; onInvited: (invitation: Invitation) => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<string | null>('viewer');
  const [namespace, setNamespace] = useState('');
  const invite = useChange(() => api.post<Invitation>('invitations', { email, roles: [{ id: role, namespaces: namespace ? [namespace] : [] }] }), { touches: ['members'], then: onInvited });
  return (
    <FormDialog title={t('access.invite')} submit={t('access.invite')} busy={invite.isPending} disabled={!email || !role} onSubmit={() => invite.mutate(undefined)} onClose={onClose}>
      <TextInput data-autofocus required type="email" label={t('access.email')} description={t('access.emailHint')} value={email} onChange={(e) => setEmail(e.currentTarget.value)} />
      <RoleSelect value={role} onChange={setRole} />
      <NamespaceInput label={t('access.whereHint')} value={namespace} onChange={setNamespace} />
    </FormDialog>
  );
}
