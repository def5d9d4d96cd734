// SPDX-License-Identifier: Apache-2.0
import { Select, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { installationApi, path } from '../../api/client';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { FormDialog } from '../../components/FormDialog';

export interface TenantRow {
  id: string;
  name: string;
  createdAt: string;
  createdBy?: string;
}

/** Which tenants there are is in the session, too. */
function useTenantChange<T>(work: (input: T) => Promise<unknown>, done: string, then: () => void) {
  const queries = useQueryClient();
  return useChange(work, {
    done, touches: ['tenants'],
    then: () => {
      void queries.invalidateQueries({ queryKey: ['session'] });
      then();
    },
  });
}

/** Makes a tenant, or gives one another name and one more admin. */
export function TenantDialog({ tenant, onClose }: { tenant?: TenantRow | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const { session } = useTenant();
  const [id, setId] = useState('');
  const [name, setName] = useState(tenant?.name ?? '');
  const [kind, setKind] = useState('user');
  // whoever makes one may want to look into it
  const [admin, setAdmin] = useState(tenant ? '' : session.subject);
  const save = useTenantChange(
    () => {
      const asked = { name, admins: admin ? [{ [kind]: admin }] : [] };
      return tenant ? installationApi.put(`tenants/${path(tenant.id)}`, asked) : installationApi.post('tenants', { id, ...asked });
    },
    t(tenant ? 'tenants.saved' : 'tenants.added'), onClose,
  );
  return (
    <FormDialog title={tenant ? t('tenants.edit', { name: tenant.name }) : t('tenants.add')} submit={t(tenant ? 'common.save' : 'tenants.add')} busy={save.isPending} disabled={!tenant && !id} onSubmit={() => save.mutate(undefined)} onClose={onClose}>
      {!tenant && <TextInput data-autofocus required label={t('common.id')} description={t('tenants.idText')} value={id} onChange={(e) => setId(e.currentTarget.value)} />}
      <TextInput data-autofocus={tenant && true} label={t('common.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} />
      <Select label={t(tenant ? 'tenants.oneMoreAdmin' : 'tenants.admin')} allowDeselect={false} value={kind} onChange={(next) => next && setKind(next)} data={[{ value: 'user', label: t('access.kind.USER') }, { value: 'group', label: t('access.kind.GROUP') }]} />
      <TextInput label={t('tenants.adminName')} description={t('access.nameHint')} value={admin} onChange={(e) => setAdmin(e.currentTarget.value)} />
    </FormDialog>
  );
}

/** Asks for its id, as nothing brings it back. */
export function RemoveTenantDialog({ tenant, onClose }: { tenant: TenantRow; onClose: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const remove = useTenantChange(() => installationApi.delete(`tenants/${path(tenant.id)}`), t('tenants.removed'), onClose);
  return (
    <FormDialog danger title={t('tenants.remove', { name: tenant.name })} submit={t('common.remove')} busy={remove.isPending} disabled={typed !== tenant.id} onSubmit={() => remove.mutate(undefined)} onClose={onClose}>
      <Text size="sm">{t('tenants.removeText')}</Text>
      <TextInput data-autofocus label={t('tenants.typeId', { id: tenant.id })} value={typed} onChange={(e) => setTyped(e.currentTarget.value)} />
    </FormDialog>
  );
}
