// SPDX-License-Identifier: Apache-2.0
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { GRAVEST_FIRST, type Branch, type Execution, type Page, type StateName, type TaskRun, type TaskStates } from '../../api/types';
import type { Query } from '../../api/client';
import { useTenant } from '../../app/context';

/** First parts of the key of all that is read of an execution's task runs. */
export function ofTaskRuns(tenant: string, executionId: string): readonly string[] {
  return [tenant, 'executions', 'runs', executionId];
}

export interface Place {
  /** The task run that holds these, or `NONE` for those that nothing holds. */
  parent: string;
  depth: number;
}

/** A row that is there, or one of which only the place is known yet. */
export type Row = Place & { key: string } & ({ branch: Branch; open: boolean; below: number; page?: undefined } | { branch?: undefined; page: number });

export function sum(counts: Branch['below']): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** Branches below what holds each, in the order in which they came about. */
export function byParent(branches: readonly Branch[]): Map<string, Branch[]> {
  const known = new Set(branches.map(({ taskRun }) => taskRun.id));
  const children = new Map<string, Branch[]>();
  for (const branch of branches) {
    const parent = branch.taskRun.parentTaskRunId;
    const at = parent && known.has(parent) ? parent : 'NONE';
    const siblings = children.get(at);
    if (siblings) siblings.push(branch);
    else children.set(at, [branch]);
  }
  return children;
}

/**
 * The rows of a tree of which only some pages are read.
 *
 * @param read a page of what is below a task run, counted from 1, if it is read
 * @param isOpen whether what is below a task run shows
 */
export function rowsOf(total: number, pageSize: number, read: (parent: string, page: number) => readonly Branch[] | undefined, isOpen: (branch: Branch) => boolean): Row[] {
  const rows: Row[] = [];
  const add = (parent: string, count: number, depth: number) => {
    for (let i = 0; i < count; i++) {
      const page = Math.floor(i / pageSize) + 1;
      const branch = read(parent, page)?.[i % pageSize];
      if (!branch) {
        rows.push({ parent, depth, page, key: `${parent}/${i}` });
        continue;
      }
      const below = sum(branch.below);
      const open = below > 0 && isOpen(branch);
      rows.push({ parent, depth, branch, below, open, key: branch.taskRun.id });
      if (open) add(branch.taskRun.id, below, depth + 1);
    }
  };
  add('NONE', total, 0);
  return rows;
}

/** What needs attention most among these states. */
export function worst(states: Branch['below']): StateName {
  return GRAVEST_FIRST.find((state) => states[state]) ?? 'CREATED';
}

/** How each task stands over all of its runs; counted by the server, however many there are. */
export function useTaskStates(execution: Execution): { data: TaskStates[] | undefined; isPending: boolean } {
  const { api } = useTenant();
  const query = useQuery({
    queryKey: [...ofTaskRuns(api.tenant, execution.id), 'states'],
    queryFn: ({ signal }) => api.get<TaskStates[]>(`executions/${execution.id}/taskruns/states`, undefined, signal),
    placeholderData: keepPreviousData,
  });
  return { data: query.data, isPending: query.isPending };
}

/** A page of task runs without outputs, in the order in which they came about. */
export function useOutline(executionId: string, asked: Query, enabled = true) {
  const { api } = useTenant();
  return useQuery({
    queryKey: [...ofTaskRuns(api.tenant, executionId), 'outline', asked],
    queryFn: ({ signal }) => api.get<Page<Branch>>(`executions/${executionId}/taskruns/outline`, asked, signal),
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** One task run with its outputs. */
export function useTaskRun(executionId: string, id: string | undefined): TaskRun | undefined {
  const { api } = useTenant();
  const query = useQuery({
    queryKey: [...ofTaskRuns(api.tenant, executionId), 'one', id],
    queryFn: ({ signal }) => api.get<Page<TaskRun>>(`executions/${executionId}/taskruns`, { taskRunId: id, size: 1 }, signal),
    enabled: Boolean(id),
  });
  return query.data?.results[0];
}

/** The task run that failed first and holds none that failed. */
export function useFirstFailure(execution: Execution): TaskRun | undefined {
  const failed = execution.state.current === 'FAILED';
  const { data } = useOutline(execution.id, { state: 'FAILED', size: 20 }, failed);
  return useMemo(() => (failed ? data?.results.find((branch) => !branch.below.FAILED)?.taskRun : undefined), [failed, data]);
}

export function nameOf(run: TaskRun): string {
  return run.value === undefined ? run.taskId : `${run.taskId} · ${run.value}`;
}
