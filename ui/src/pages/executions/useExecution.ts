// SPDX-License-Identifier: Apache-2.0
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { isTerminal, type Execution } from '../../api/types';
import { useTenant } from '../../app/context';
import { useEvents } from '../../app/hooks';
import { ofTaskRuns } from './taskRuns';

/** How often what is shown of the task runs is read again while they change. */
const READ_EVERY = 1_000;

/** An execution that is followed until it ends, without its task runs: each view reads those that it shows. */
export function useExecution(id: string) {
  const { api } = useTenant();
  const queries = useQueryClient();
  const key = useMemo(() => [api.tenant, 'executions', 'one', id], [api.tenant, id]);
  const execution = useQuery({ queryKey: key, queryFn: ({ signal }) => api.get<Execution>(`executions/${id}`, { taskRuns: false }, signal), staleTime: 1_000 });
  const following = execution.data !== undefined && !isTerminal(execution.data.state.current);
  const due = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(
    () => () => {
      clearTimeout(due.current);
      due.current = undefined;
    },
    [id],
  );
  const take = (event: MessageEvent<string>) => {
    if (!event.data) return;
    queries.setQueryData(key, JSON.parse(event.data) as Execution);
    due.current ??= setTimeout(() => {
      due.current = undefined;
      void queries.invalidateQueries({ queryKey: ofTaskRuns(api.tenant, id) });
    }, READ_EVERY);
  };
  useEvents(following ? api.url(`executions/${id}/follow`, { taskRuns: false }) : null, take, () => void queries.invalidateQueries({ queryKey: key }));
  return { ...execution, following };
}
