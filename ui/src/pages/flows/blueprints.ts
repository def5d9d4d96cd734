// SPDX-License-Identifier: Apache-2.0

/** Flows to begin with; each shows one idea. */
export const BLUEPRINTS = ['hello', 'inputs', 'parallel', 'schedule', 'errors', 'git'] as const;

const BODIES: Record<string, string> = {
  hello: `tasks:
  - id: hello
    type: io.kestra.plugin.core.log.Log
    message: Hello from {{ flow.id }}
`,
  inputs: `inputs:
  - id: name
    type: STRING
    defaults: world
  - id: loud
    type: BOOL
    defaults: false

tasks:
  - id: greet
    type: io.kestra.plugin.core.log.Log
    message: "Hello, {{ inputs.loud ? (inputs.name | upper) : inputs.name }}"
`,
  parallel: `tasks:
  # both at the same time; what follows waits for both
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - id: left
        type: io.kestra.plugin.scripts.shell.Script
        script: |
          echo '::{"outputs":{"rows":20}}::'
      - id: right
        type: io.kestra.plugin.scripts.shell.Script
        script: |
          echo '::{"outputs":{"rows":22}}::'
  - id: sum
    type: io.kestra.plugin.core.log.Log
    message: "{{ outputs.left.vars.rows + outputs.right.vars.rows }} rows"
`,
  schedule: `tasks:
  - id: report
    type: io.kestra.plugin.core.log.Log
    message: "Report of {{ trigger.date ?? execution.startDate }}"

triggers:
  - id: nightly
    type: io.kestra.plugin.core.trigger.Schedule
    cron: "0 3 * * *"
    timezone: Europe/Paris
`,
  errors: `tasks:
  - id: unreliable
    type: io.kestra.plugin.scripts.shell.Script
    script: exit 1
    retry:
      type: constant
      interval: PT2S
      maxAttempts: 3

# run when a task has failed for good
errors:
  - id: tell
    type: io.kestra.plugin.core.log.Log
    message: "{{ execution.id }} has failed"
    level: ERROR
`,
  git: `# makes another namespace what a repository holds: with dryRun a plan, with commit a roll back
inputs:
  - id: commit
    type: STRING
    required: false
  - id: dryRun
    type: BOOL
    defaults: false

tasks:
  - id: sync
    type: io.millrace.plugin.git.Sync
    url: https://git.example.com/team/flows.git
    branch: main
    namespace: company.data
    commit: "{{ inputs.commit ?? '' }}"
    dryRun: "{{ inputs.dryRun }}"
    managed: true

triggers:
  - id: often
    type: io.kestra.plugin.core.trigger.Schedule
    cron: "*/5 * * * *"
`,
};

export function blueprint(id: string, namespace: string): string {
  return `id: my-flow\nnamespace: ${namespace}\n\n${BODIES[id] ?? BODIES['hello']}`;
}
