// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTenant } from '../../app/context';
import { SchemaBook, type Schema } from '../../editor/schema';

/** The schema of the flow language, read once. */
export function useFlowSchema(): SchemaBook | undefined {
  const { api } = useTenant();
  const { data } = useQuery({
    queryKey: [api.tenant, 'schema', 'flow'],
    queryFn: () => api.get<Schema>('plugins/schemas/flow'),
    staleTime: Infinity,
  });
  return useMemo(() => (data ? new SchemaBook(data) : undefined), [data]);
}
