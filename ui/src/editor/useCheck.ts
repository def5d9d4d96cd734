// SPDX-License-Identifier: Apache-2.0
import { useCallback, useRef, useState } from 'react';
import type { Validation } from '../api/types';
import { useTenant } from '../app/context';
import type { Marker } from './CodeEditor';

/** What is wrong in a source, with the property that it is about. */
export type Problem = Marker & { field?: string | undefined };

/**
 * What the server says of a source while it is written.
 *
 * @param path what checks it: `flows/validate`, say
 */
export function useCheck(path: string) {
  const { api } = useTenant();
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const asked = useRef(0);
  const check = useCallback(
    async (source: string): Promise<Problem[]> => {
      const turn = ++asked.current;
      const answer = await api.yaml<Validation | Validation[]>('POST', path, source);
      const result = Array.isArray(answer) ? answer[0] : answer;
      const found: Problem[] = [
        ...(result?.errors ?? []).map((error) => ({ line: error.line ?? 1, column: error.column, message: `${error.field ? error.field + ': ' : ''}${error.message}`, field: error.field, severity: 'error' as const })),
        ...(result?.warnings ?? []).map((message) => ({ line: 1, message, severity: 'warning' as const })),
        ...(result?.infos ?? []).map((message) => ({ line: 1, message, severity: 'info' as const })),
      ];
      // an answer may come after that to a later question
      if (turn === asked.current) setProblems(found);
      return found;
    },
    [api, path],
  );
  return { problems, errors: problems.filter((problem) => problem.severity === 'error'), check };
}
