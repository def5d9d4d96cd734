// SPDX-License-Identifier: Apache-2.0
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTenant } from '../../app/context';
import { SchemaBook, type Schema } from '../../editor/schema';

/** The schema of the flow language, read once; the query says why there is none yet. */
export function useFlowSchema(): { book: SchemaBook | undefined; query: UseQueryResult<Schema> } {
  const { api } = useTenant();
  const query = useQuery({
    queryKey: [api.tenant, 'schema', 'flow'],
    queryFn: () => api.get<Schema>('plugins/schemas/flow'),
    staleTime: Infinity,
  });
  const { data } = query;
  return { query, book: useMemo(() => (data ? new SchemaBook(data) : undefined), [data]) };
}
