// SPDX-License-Identifier: Apache-2.0

/** What is shown where there is nothing yet: as little as makes something be there. */
export const EXAMPLES = {
  trigger: `triggers:
  - id: nightly
    type: io.kestra.plugin.core.trigger.Schedule
    cron: "0 3 * * *"
`,
  outputs: `tasks:
  - id: rows
    type: io.kestra.plugin.scripts.shell.Script
    script: |
      echo '::{"outputs":{"count":42}}::'
  - id: report
    type: io.kestra.plugin.core.log.Log
    message: "{{ outputs.rows.vars.count }} rows"
`,
  metrics: `tasks:
  - id: rows
    type: io.kestra.plugin.scripts.shell.Script
    script: |
      echo '::{"metrics":[{"name":"rows","type":"counter","value":42}]}::'
`,
  kv: `message: "{{ kv('name') }}"
`,
  secret: `password: "{{ secret('NAME') }}"
`,
  file: `tasks:
  - id: query
    type: io.kestra.plugin.core.log.Log
    message: "{{ read('queries/daily.sql') }}"
`,
  subflow: `tasks:
  - id: other
    type: io.kestra.plugin.core.flow.Subflow
    namespace: company.team
    flowId: other
`,
  cloudEvent: `specversion: "1.0"
type: io.millrace.execution.failed
subject: 3TxRZhKDV0Hj2R5k1zYw
data: {namespace: company.data, flowId: daily, state: FAILED, firstFailedTaskId: load}
`,
  git: `tasks:
  - id: sync
    type: io.millrace.plugin.git.Sync
    url: https://git.example.com/team/flows.git
    namespace: company.data
`,
} as const;
