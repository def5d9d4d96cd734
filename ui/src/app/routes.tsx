// SPDX-License-Identifier: Apache-2.0
import { Suspense, type ComponentType } from 'react';
import { matchRoutes, type RouteObject } from 'react-router';
import { Waiting } from '../components/basics';
import { NotFound } from './NotFound';
import { lazily } from './lazily';

/** Each page is a file of its own that is loaded when it is first shown. */
function page(load: () => Promise<{ default: ComponentType }>): Pick<RouteObject, 'element' | 'handle'> {
  const Page = lazily(load);
  return {
    element: (
      <Suspense fallback={<Waiting />}>
        <Page />
      </Suspense>
    ),
    handle: load,
  };
}

export const routes: RouteObject[] = [
  { index: true, ...page(() => import('../pages/HomePage')) },
  { path: 'flows', ...page(() => import('../pages/flows/FlowsPage')) },
  { path: 'flows/new', ...page(() => import('../pages/flows/NewFlowPage')) },
  { path: 'flows/:namespace/:flowId/:tab?', ...page(() => import('../pages/flows/FlowPage')) },
  { path: 'executions', ...page(() => import('../pages/executions/ExecutionsPage')) },
  { path: 'executions/:executionId/:tab?', ...page(() => import('../pages/executions/ExecutionPage')) },
  { path: 'dashboards', ...page(() => import('../pages/dashboards/DashboardsPage')) },
  { path: 'dashboards/:id/:tab?', ...page(() => import('../pages/dashboards/DashboardPage')) },
  { path: 'logs', ...page(() => import('../pages/LogsPage')) },
  { path: 'triggers', ...page(() => import('../pages/triggers/TriggersPage')) },
  { path: 'tests', ...page(() => import('../pages/tests/TestsPage')) },
  { path: 'namespaces', ...page(() => import('../pages/data/NamespacesPage')) },
  { path: 'namespaces/:namespace/:tab?', ...page(() => import('../pages/data/NamespacePage')) },
  { path: 'git', ...page(() => import('../pages/data/GitPage')) },
  { path: 'kv', ...page(() => import('../pages/data/KvPage')) },
  { path: 'secrets', ...page(() => import('../pages/data/SecretsPage')) },
  { path: 'plugins/:type?', ...page(() => import('../pages/PluginsPage')) },
  { path: 'access/:tab?', ...page(() => import('../pages/admin/AccessPage')) },
  { path: 'audit', ...page(() => import('../pages/admin/AuditPage')) },
  { path: 'quotas', ...page(() => import('../pages/admin/QuotasPage')) },
  { path: 'egress', ...page(() => import('../pages/admin/EgressPage')) },
  { path: 'tenants', ...page(() => import('../pages/admin/TenantsPage')) },
  { path: 'tenants/:id/:tab?', ...page(() => import('../pages/admin/TenantPage')) },
  { path: 'users', ...page(() => import('../pages/admin/UsersPage')) },
  { path: 'workers', ...page(() => import('../pages/admin/WorkersPage')) },
  { path: 'system', ...page(() => import('../pages/admin/SystemPage')) },
  { path: 'preferences', ...page(() => import('../pages/PreferencesPage')) },
  { path: '*', element: <NotFound /> },
];

/**
 * Begins to load the page at an address, while it is still being found out who looks at it.
 *
 * @returns the tenant that it is of
 */
export function preload(basename: string): string | undefined {
  const all: RouteObject[] = [{ path: '/:tenant', children: routes }];
  const match = matchRoutes(all, window.location, basename)?.at(-1);
  // what fails now fails again where it is shown
  (match?.route.handle as (() => Promise<unknown>) | undefined)?.().catch(() => undefined);
  return match?.params['tenant'];
}
