// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import type { Execution, FlowForExecution, TaskOutline, TaskRun } from '../../api/types';
import { useTenant } from '../../app/context';
import { useOutline } from './taskRuns';

/** A task run that waits for a person, and its task. */
export interface Waiting {
  run: TaskRun;
  task: TaskOutline | undefined;
}

function find(tasks: readonly TaskOutline[], id: string): TaskOutline | undefined {
  for (const task of tasks) {
    const found = task.id === id ? task : find(task.tasks ?? [], id);
    if (found) return found;
  }
  return undefined;
}

/** Whether somebody has to approve or deny, rather than to resume. */
export function isReview({ task }: Waiting): boolean {
  return task?.type.endsWith('.flow.Approval') ?? false;
}

/** The task runs of an execution that wait for a person, in the order in which they came about. */
export function useWaiting(execution: Execution, enabled = true) {
  const { api } = useTenant();
  const paused = useOutline(execution.id, { state: 'PAUSED', size: 50 }, enabled);
  const flow = useQuery({
    queryKey: [api.tenant, 'executions', 'flow', execution.id],
    queryFn: () => api.get<FlowForExecution>(`executions/${execution.id}/flow`),
    staleTime: Infinity,
    enabled,
  });
  const { data } = flow;
  const runs = paused.data?.results;
  const all = data && [...data.tasks, ...(data.errors ?? []), ...(data.finally ?? [])];
  return { ...flow, data: all && runs?.map(({ taskRun }): Waiting => ({ run: taskRun, task: find(all, taskRun.taskId) })) };
}
