// SPDX-License-Identifier: Apache-2.0
import type { StateName, TaskRun } from '../../api/types';

export interface Row {
  run: TaskRun;
  depth: number;
}

/** Task runs in the order of their start, each below the one that holds it. */
export function inTree(runs: readonly TaskRun[]): Row[] {
  const known = new Set(runs.map((run) => run.id));
  const children = new Map<string, TaskRun[]>();
  const roots: TaskRun[] = [];
  for (const run of runs) {
    const parent = run.parentTaskRunId;
    if (parent && known.has(parent)) {
      const siblings = children.get(parent);
      if (siblings) siblings.push(run);
      else children.set(parent, [run]);
    } else roots.push(run);
  }
  const rows: Row[] = [];
  const stack = roots.toReversed().map((run) => ({ run, depth: 0 }));
  for (let row = stack.pop(); row; row = stack.pop()) {
    rows.push(row);
    const below = children.get(row.run.id) ?? [];
    for (let i = below.length - 1; i >= 0; i--) {
      const run = below[i];
      if (run) stack.push({ run, depth: row.depth + 1 });
    }
  }
  return rows;
}

const WORST: readonly StateName[] = ['FAILED', 'KILLED', 'KILLING', 'RUNNING', 'RETRYING', 'PAUSED', 'RESTARTED', 'QUEUED', 'CREATED', 'WARNING', 'CANCELLED', 'SUCCESS', 'SKIPPED'];

/** How each task stands over all of its runs: what needs attention wins. */
export function byTask(runs: readonly TaskRun[]): Map<string, { state: string; count: number }> {
  const states = new Map<string, { state: string; count: number }>();
  for (const run of runs) {
    const known = states.get(run.taskId);
    const state = run.state.current;
    if (!known) states.set(run.taskId, { state, count: 1 });
    else {
      known.count++;
      if (WORST.indexOf(state) < WORST.indexOf(known.state as StateName)) known.state = state;
    }
  }
  return states;
}
