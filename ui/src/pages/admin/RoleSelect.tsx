// SPDX-License-Identifier: Apache-2.0
import { Loader, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Page } from '../../api/types';
import { useTenant } from '../../app/context';

export interface Role {
  id: string;
  name: string;
  isManaged: boolean;
}

/** One of the roles of the tenant. */
export function RoleSelect({ value, onChange }: { value: string | null; onChange: (role: string | null) => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const roles = useQuery({ queryKey: [api.tenant, 'roles', 'all'], queryFn: ({ signal }) => api.get<Page<Role>>('roles', { size: 500 }, signal) });
  return (
    <Select
      label={t('access.role')} allowDeselect={false} searchable value={value} onChange={onChange} error={roles.error ? t('access.noRoles') : undefined} rightSection={roles.isPending ? <Loader size="xs" /> : undefined}
      data={(roles.data?.results ?? []).map((one) => ({ value: one.id, label: one.name }))}
    />
  );
}
