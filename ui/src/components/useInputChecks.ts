// SPDX-License-Identifier: Apache-2.0
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Query } from '../api/client';
import type { InputsReport } from '../api/types';
import { useTenant } from '../app/context';
import { formOf, type InputValues } from './InputsForm';

/**
 * What the server says of inputs while they are filled in: which there are, what can be selected, what is wrong.
 *
 * @param place what they are given to: `executions/{namespace}/{flow}`, say
 * @param asks whether there is anything to ask
 * @param of what the place is asked about
 */
export function useInputChecks(place: string, values: InputValues, asks: boolean, of?: Query) {
  const { api } = useTenant();
  const [settled] = useDebouncedValue(values, 300);
  const text = useMemo(() => JSON.stringify(settled, (_, value: unknown) => (value instanceof File ? value.name : value)), [settled]);
  const report = useQuery({
    queryKey: [api.tenant, 'inputs', place, of, text],
    queryFn: () => api.form<InputsReport>(`${place}/validate`, withoutFiles(settled), of),
    enabled: asks,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return { checks: report.data?.inputs, waiting: asks && report.isPending, messages: report.data?.checks ?? [] };
}

/** Files are looked at when they are sent, not at each key. */
function withoutFiles(values: InputValues): FormData {
  return formOf(Object.fromEntries(Object.entries(values).filter(([, value]) => !(value instanceof File))));
}
