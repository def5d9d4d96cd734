// SPDX-License-Identifier: Apache-2.0
import { lazy, Suspense, type ComponentType } from 'react';
import type { RouteObject } from 'react-router';
import { Waiting } from '../components/basics';
import { NotFound } from './NotFound';

/** Each page is a file of its own that is loaded when it is first shown. */
function page(load: () => Promise<{ default: ComponentType }>) {
  const Page = lazy(load);
  return (
    <Suspense fallback={<Waiting />}>
      <Page />
    </Suspense>
  );
}

export const routes: RouteObject[] = [
  { index: true, element: page(() => import('../pages/HomePage')) },
  { path: 'flows', element: page(() => import('../pages/flows/FlowsPage')) },
  { path: 'flows/new', element: page(() => import('../pages/flows/NewFlowPage')) },
  { path: 'flows/:namespace/:flowId/:tab?', element: page(() => import('../pages/flows/FlowPage')) },
  { path: 'executions', element: page(() => import('../pages/executions/ExecutionsPage')) },
  { path: 'executions/:executionId/:tab?', element: page(() => import('../pages/executions/ExecutionPage')) },
  { path: 'dashboards', element: page(() => import('../pages/dashboards/DashboardsPage')) },
  { path: 'dashboards/:id/:tab?', element: page(() => import('../pages/dashboards/DashboardPage')) },
  { path: 'logs', element: page(() => import('../pages/LogsPage')) },
  { path: 'triggers', element: page(() => import('../pages/triggers/TriggersPage')) },
  { path: 'tests', element: page(() => import('../pages/tests/TestsPage')) },
  { path: 'namespaces', element: page(() => import('../pages/data/NamespacesPage')) },
  { path: 'namespaces/:namespace/:tab?', element: page(() => import('../pages/data/NamespacePage')) },
  { path: 'git', element: page(() => import('../pages/data/GitPage')) },
  { path: 'kv', element: page(() => import('../pages/data/KvPage')) },
  { path: 'secrets', element: page(() => import('../pages/data/SecretsPage')) },
  { path: 'plugins/:type?', element: page(() => import('../pages/PluginsPage')) },
  { path: 'access/:tab?', element: page(() => import('../pages/admin/AccessPage')) },
  { path: 'audit', element: page(() => import('../pages/admin/AuditPage')) },
  { path: 'quotas', element: page(() => import('../pages/admin/QuotasPage')) },
  { path: 'workers', element: page(() => import('../pages/admin/WorkersPage')) },
  { path: 'system', element: page(() => import('../pages/admin/SystemPage')) },
  { path: 'preferences', element: page(() => import('../pages/PreferencesPage')) },
  { path: '*', element: <NotFound /> },
];
