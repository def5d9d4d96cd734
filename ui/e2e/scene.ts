// SPDX-License-Identifier: Apache-2.0
import type { Api } from './api';

/** What pictures show: a small team's namespace, with something on every page. */
export const SCENE = { namespace: 'company.shop', flow: 'nightly-report' };

const log = (id: string, message: string) => `  - {id: ${id}, type: io.kestra.plugin.core.log.Log, message: "${message}"}\n`;

const FLOWS = [
  `id: notify
namespace: company.shop
description: Tells the team that a report is there.
tasks:
${log('tell', 'a report is there')}`,
  `id: nightly-report
namespace: company.shop
description: Reads the orders of a region, sums them up by day and by country, and tells the team.
labels: {team: finance, tier: gold}
inputs:
  - {id: region, displayName: Region, type: SELECT, values: [north, south, west], defaults: north}
  - {id: limit, displayName: Most orders, type: INT, min: 1, defaults: 1000}
tasks:
  - id: extract
    type: io.kestra.plugin.scripts.shell.Script
    outputFiles: [orders.csv]
    script: |
      printf 'order,country,total\\n1001,FR,20.50\\n1002,DE,11.00\\n1003,FR,7.25\\n' > orders.csv
      for i in 1 2 3 4; do echo "read page $i of orders"; done
      echo '::{"outputs":{"rows":3},"metrics":[{"name":"rows","type":"counter","value":3,"tags":{"of":"orders"}}]}::'
  - id: transform
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: by-day, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.extract.vars.rows }} orders by day"}
      - {id: by-country, type: io.kestra.plugin.core.debug.Return, format: "2 countries of {{ inputs.region }}"}
  - {id: report, type: io.kestra.plugin.core.log.Log, message: "{{ outputs['by-day'].value }}, {{ outputs['by-country'].value }}"}
  - {id: tell-team, type: io.kestra.plugin.core.flow.Subflow, namespace: company.shop, flowId: notify, wait: true}
triggers:
  - {id: each-night, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 2 * * *"}
  - {id: on-demand, type: io.kestra.plugin.core.trigger.Webhook, key: a-key-of-this-picture}
`,
  `id: import-orders
namespace: company.shop
description: Takes over what the shop has sold; refuses what has no price.
labels: {team: sales}
inputs:
  - {id: file, type: STRING, defaults: orders.csv}
tasks:
${log('fetch', 'fetching {{ inputs.file }}')}  - id: check
    type: io.kestra.plugin.core.execution.Fail
    condition: "{{ inputs.file != 'orders.csv' }}"
    errorMessage: "Expected a price in line 3 of {{ inputs.file }} but got nothing"
${log('store', 'stored')}errors:
${log('warn', 'not imported')}`,
  `id: release
namespace: company.shop
description: Goes out when somebody has looked at it.
tasks:
  - {id: review, type: io.kestra.plugin.core.flow.Approval, timeout: P1D}
${log('publish', 'it is out')}`,
];

/** The first one shown, as it is changed once: from then on it asks for less, an hour later. */
const NEXT = (FLOWS[1] ?? '').replace('defaults: 1000', 'defaults: 500').replace('0 2 * * *', '0 3 * * *');

/** Builds the scene, unless it is there. */
export async function build(api: Api): Promise<void> {
  const { namespace, flow } = SCENE;
  const { total } = await api.call<{ total: number }>('GET', `main/flows/search?namespace=${namespace}&q=${flow}&size=1`);
  if (total > 0) return;
  for (const source of FLOWS) await api.flow(source);
  const here = `main/namespaces/${namespace}`;
  await api.call('PUT', here, JSON.stringify({ description: 'What the shop runs on', variables: { currency: 'EUR', bucket: 'shop-reports' }, pluginDefaults: [{ type: 'io.kestra.plugin.core.http.Request', forced: false, values: { options: { connectTimeout: 'PT10S' } } }] }));
  await api.call('PUT', `${here}/kv/last-order`, '1003', 'text/plain');
  await api.call('PUT', `${here}/kv/rates`, '{"EUR": 1, "USD": 1.09}', 'text/plain');
  for (const [key, description] of [['WAREHOUSE_PASSWORD', 'Reads the warehouse'], ['PARTNER_TOKEN', 'Sends orders to the partner']]) {
    await api.call('PUT', `${here}/secrets`, JSON.stringify({ key, value: 'not-a-secret-of-anybody', description, tags: [{ key: 'team', value: 'finance' }], rotateEvery: 'P90D' }));
  }
  for (const name of ['queries/daily.sql', 'queries/by-country.sql', 'README.md']) {
    const form = new FormData();
    form.append('fileContent', new Blob([`-- ${name}\nselect day, sum(total) from orders group by day\n`]), name.slice(name.lastIndexOf('/') + 1));
    await api.form(`${here}/files?path=/${name}`, form);
  }
  await api.call('POST', `${here}/subscriptions`, JSON.stringify({ url: 'https://portal.example.com/events', states: ['FAILED'], description: 'The portal of the shop', disabled: true }));
  await api.call('POST', 'main/groups', JSON.stringify({ name: 'shop-team', description: 'Who keeps the shop running' }));
  await api.call('POST', 'main/bindings', JSON.stringify({ group: 'shop-team', role: 'editor', namespace }));
  await api.call('POST', 'main/service-accounts', JSON.stringify({ name: 'shop-portal', description: 'Starts reports from the portal' }));
  await api.call('PUT', 'main/quotas', JSON.stringify({ namespace, kind: 'running-executions', amount: 20 }));
  await api.call('PUT', 'tenants/main/quotas', JSON.stringify({ kind: 'log-bytes', amount: 10 * 1024 ** 3 }));
  await api.call('PUT', 'tenants/main/egress', JSON.stringify({ allow: ['warehouse.shop.example:5432', '10.20.0.0/16:443'], deny: ['*.tracker.example'], only: [] }));
  await api.call('POST', 'main/dashboards', DASHBOARD, 'application/x-yaml');
  await api.call('POST', 'main/tests', SUITE, 'application/x-yaml');
  for (const region of ['north', 'south', 'west', 'north', 'south', 'north']) await api.run(namespace, flow, { region });
  await api.call('PUT', `main/flows/${namespace}/${flow}`, NEXT, 'application/x-yaml');
  for (const file of ['orders.csv', 'late.csv', 'orders.csv', 'monday.csv', 'orders.csv']) await api.run(namespace, 'import-orders', { file });
  await api.start(namespace, 'release');
  await api.call('POST', `main/tests/${namespace}/import_orders/run`, '{}');
}

const SUITE = `id: import_orders
namespace: company.shop
flowId: import-orders
testCases:
  - id: takes_orders
    type: io.kestra.core.tests.flow.UnitTest
    assertions:
      - {value: "{{ execution.state }}", equalTo: SUCCESS}
`;

const DASHBOARD = `id: shop
title: The shop
description: How reports and imports go
timeWindow: {default: PT24H, max: P30D}
charts:
  - id: by_state
    type: io.kestra.plugin.core.dashboard.chart.TimeSeries
    chartOptions: {displayName: Executions over time, column: date, colorByColumn: state}
    data:
      type: io.kestra.plugin.core.dashboard.data.Executions
      columns:
        date: {field: START_DATE}
        state: {field: STATE}
        total: {agg: COUNT}
  - id: states
    type: io.kestra.plugin.core.dashboard.chart.Pie
    chartOptions: {displayName: How they ended, colorByColumn: state}
    data:
      type: io.kestra.plugin.core.dashboard.data.Executions
      columns:
        state: {field: STATE}
        total: {agg: COUNT}
  - id: by_flow
    type: io.kestra.plugin.core.dashboard.chart.Table
    chartOptions: {displayName: By flow}
    data:
      type: io.kestra.plugin.core.dashboard.data.Executions
      columns:
        flow: {field: FLOW_ID}
        runs: {agg: COUNT}
      orderBy:
        - {column: runs, order: DESC}
`;
