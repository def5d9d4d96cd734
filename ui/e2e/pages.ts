// SPDX-License-Identifier: Apache-2.0

/** Every page of the UI, below the tenant; `{execution}` is the id of one. */
export const PAGES: readonly [name: string, path: string][] = [
  ['home', ''],
  ['flows', 'flows'],
  ['flow-source-search', 'flows?in=source&q=log'],
  ['flow-new', 'flows/new'],
  ['flow-topology', 'flows/{namespace}/{flow}'],
  ['flow-editor', 'flows/{namespace}/{flow}/edit'],
  ['flow-executions', 'flows/{namespace}/{flow}/executions'],
  ['flow-revisions', 'flows/{namespace}/{flow}/revisions'],
  ['flow-triggers', 'flows/{namespace}/{flow}/triggers'],
  ['flow-logs', 'flows/{namespace}/{flow}/logs'],
  ['flow-metrics', 'flows/{namespace}/{flow}/metrics'],
  ['flow-dependencies', 'flows/{namespace}/{flow}/dependencies'],
  ['executions', 'executions'],
  ['execution-gantt', 'executions/{execution}'],
  ['execution-topology', 'executions/{execution}/topology'],
  ['execution-logs', 'executions/{execution}/logs'],
  ['execution-outputs', 'executions/{execution}/outputs'],
  ['execution-metrics', 'executions/{execution}/metrics'],
  ['execution-history', 'executions/{execution}/history'],
  ['logs', 'logs'],
  ['triggers', 'triggers'],
  ['tests', 'tests'],
  ['namespaces', 'namespaces'],
  ['namespace-files', 'namespaces/{namespace}/files'],
  ['namespace-kv', 'namespaces/{namespace}/kv'],
  ['namespace-secrets', 'namespaces/{namespace}/secrets'],
  ['namespace-inherited', 'namespaces/{namespace}/inherited'],
  ['kv', 'kv'],
  ['secrets', 'secrets?namespace={namespace}'],
  ['plugins', 'plugins'],
  ['plugin', 'plugins/io.kestra.plugin.core.log.Log'],
  ['access-bindings', 'access/bindings'],
  ['access-members', 'access/members'],
  ['access-groups', 'access/groups'],
  ['access-roles', 'access/roles'],
  ['access-accounts', 'access/accounts'],
  ['audit', 'audit'],
  ['quotas', 'quotas'],
  ['system', 'system'],
  ['preferences', 'preferences'],
];

export function filled(path: string, values: Record<string, string>): string {
  return path.replace(/{(\w+)}/g, (_, name: string) => values[name] ?? '');
}
