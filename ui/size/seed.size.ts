// SPDX-License-Identifier: Apache-2.0
import { test } from 'vitest';
import { Api, EXECUTIONS, FLOWS, LINES, NAMESPACE, PART, pause, report, TASK_RUNS } from './suite';

const CORE = 'io.kestra.plugin.core';
const CHILDREN = 10;
const A_PARENT_STARTS = 10_000;
const api = new Api();

/** Fills a suite, from inside: parents start the executions, loops write the lines. Ends when all of it is stored. */
test('fills the suite', async () => {
  await flows();
  const big = await api.start(NAMESPACE, 'big');
  report(`${TASK_RUNS} task runs: ${big} ${await api.end(big)}`);
  const lines = await api.start(NAMESPACE, 'lines');
  report(`log lines of one execution: ${lines} ${await api.end(lines)}`);
  for (let parent = 0; parent < EXECUTIONS / A_PARENT_STARTS; parent++) {
    const begun = Date.now();
    const state = await api.end(await api.start(NAMESPACE, `parent${parent % CHILDREN}`));
    await calm();
    report(`${(parent + 1) * A_PARENT_STARTS} executions: ${state}, the last ${A_PARENT_STARTS} in ${Math.round((Date.now() - begun) / 1000)} s`);
  }
});

/** Nothing under way: the next parent doesn't find a queue. */
async function calm(): Promise<void> {
  for (;;) {
    const running = await api.get<{ total: number }>('executions/search?state=RUNNING&state=CREATED&state=QUEUED&size=1&taskRuns=false');
    if (running.total === 0) return;
    await pause(500);
  }
}

async function flows(): Promise<void> {
  const items = (count: number) => `[${Array.from({ length: count }, (_, i) => i).join(',')}]`;
  const sources = [
    // half of the lines are in one execution, in a tenth as many task runs as are allowed to log 10 MB each
    flow(NAMESPACE, 'big', loop('all', TASK_RUNS - 1, '{id: body, type: CORE.debug.Return, format: "{{ taskrun.value }} of many"}')),
    flow(NAMESPACE, 'lines', loop('blocks', 50, `{id: block, type: io.kestra.plugin.scripts.shell.Script, script: "for i in $(seq ${LINES / 100}); do echo line $i of a block; done"}`, 1)),
  ];
  for (let i = 0; i < CHILDREN; i++) {
    // each writes a line; one of ten fails
    const last = i === 0 ? '{id: ends, type: CORE.execution.Fail, errorMessage: "as it is meant to"}' : '{id: ends, type: CORE.debug.Return, format: done}';
    sources.push(flow(PART(i), `child${i}`, `  - {id: says, type: CORE.log.Log, message: "a line of {{ execution.id }}"}\n  - ${last}`));
    sources.push(flow(NAMESPACE, `parent${i}`, loop('all', A_PARENT_STARTS, `{id: child, type: CORE.flow.Subflow, namespace: ${PART(i)}, flowId: child${i}, wait: false}`)));
  }
  for (let i = 0; sources.length < FLOWS; i++) {
    sources.push(flow(PART(i), `flow${i}`, `  - {id: first, type: CORE.log.Log, message: one of many}\n  - {id: second, type: CORE.debug.Return, format: "{{ taskrun.id }}"}`));
  }
  const begun = Date.now();
  for (let at = 0; at < sources.length; at += 200) {
    await api.call('POST', 'flows/bulk?delete=false&allowNamespaceChild=true&namespace=' + NAMESPACE, sources.slice(at, at + 200).join('---\n'), 'application/x-yaml');
  }
  report(`${sources.length} flows in ${Math.round((Date.now() - begun) / 1000)} s`);

  function loop(id: string, count: number, task: string, atOnce = 0): string {
    return `  - id: ${id}\n    type: CORE.flow.ForEach\n    concurrencyLimit: ${atOnce}\n    values: '${items(count)}'\n    tasks:\n      - ${task}`;
  }
}

function flow(namespace: string, id: string, tasks: string): string {
  return `id: ${id}\nnamespace: ${namespace}\nlabels: {made: by-seed}\ntasks:\n${tasks}\n`.replaceAll('CORE', CORE);
}
