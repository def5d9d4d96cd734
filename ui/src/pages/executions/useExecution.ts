// SPDX-License-Identifier: Apache-2.0
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { isTerminal, type Execution } from '../../api/types';
import { useTenant } from '../../app/context';
import { useEvents } from '../../app/hooks';

/** An execution that is followed until it ends. */
export function useExecution(id: string) {
  const { api } = useTenant();
  const queries = useQueryClient();
  const key = useMemo(() => [api.tenant, 'executions', 'one', id], [api.tenant, id]);
  const execution = useQuery({ queryKey: key, queryFn: ({ signal }) => api.get<Execution>(`executions/${id}`, undefined, signal), staleTime: 1_000 });
  const following = execution.data !== undefined && !isTerminal(execution.data.state.current);
  const take = (event: MessageEvent<string>) => {
    if (event.data) queries.setQueryData(key, JSON.parse(event.data) as Execution);
  };
  useEvents(following ? api.url(`executions/${id}/follow`) : null, { '*': take }, () => void queries.invalidateQueries({ queryKey: key }));
  return { ...execution, following };
}
