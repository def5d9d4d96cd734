// SPDX-License-Identifier: Apache-2.0
import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { TenantApi } from '../api/client';
import type { Session } from '../api/session';
import type { Me } from '../api/types';

export interface Tenant {
  api: TenantApi;
  id: string;
  session: Session;
  me: Me;
  /** Whether the user is of the tenant; who runs the installation may be of none. */
  member: boolean;
  /** Path of a page of this tenant. */
  to: (...parts: string[]) => string;
  /**
   * Whether the user may do this in a namespace; without one: anywhere; in `''`, which is above all: in the whole tenant.
   * What it says only decides what is shown, the server decides what happens.
   */
  can: (permission: string, namespace?: string) => boolean;
}

/** What is in the page of who may do what, and the permission on the whole tenant that shows it. */
export const ACCESS_TABS = { bindings: 'BINDING_READ', members: 'USER_READ', groups: 'GROUP_READ', roles: 'ROLE_READ', accounts: 'SERVICE_ACCOUNT_READ' } as const;

const TenantContext = createContext<Tenant | null>(null);

export function covers(granted: string, namespace: string): boolean {
  return granted === '' || namespace === granted || namespace.startsWith(granted + '.');
}

export function permits(me: Me, permission: string, namespace?: string): boolean {
  return me.grants.some(
    (grant) =>
      grant.permissions.includes(permission) && (namespace === undefined || covers(grant.namespace, namespace)),
  );
}

export function TenantProvider({ session, me, children }: { session: Session; me: Me; children: ReactNode }) {
  const value = useMemo<Tenant>(
    () => ({
      api: new TenantApi(me.tenant),
      id: me.tenant,
      session,
      me,
      member: me.grants.length > 0,
      to: (...parts) => '/' + [me.tenant, ...parts].map(encodeURIComponent).join('/'),
      can: (permission, namespace) => permits(me, permission, namespace),
    }),
    [session, me],
  );
  return <TenantContext value={value}>{children}</TenantContext>;
}

export function useTenant(): Tenant {
  const tenant = useContext(TenantContext);
  if (!tenant) throw new Error('Expected to be inside of a TenantProvider');
  return tenant;
}
