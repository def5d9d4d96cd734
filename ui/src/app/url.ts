// SPDX-License-Identifier: Apache-2.0
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

/**
 * The filters of a view, which live in the URL: what one sees can be sent to somebody else. Changing one goes back to
 * the first page.
 */
export function useFilters() {
  const [search, setSearch] = useSearchParams();
  const set = useCallback(
    (change: Record<string, string | readonly string[] | number | null | undefined>, replace = true) => {
      // as the address is now: what is set when typing pauses may have been drawn before another filter was
      const next = new URLSearchParams(window.location.search);
      if (!('page' in change)) next.delete('page');
      for (const [name, value] of Object.entries(change)) {
        next.delete(name);
        if (value === null || value === undefined || value === '') continue;
        for (const one of Array.isArray(value) ? value : [value]) next.append(name, String(one));
      }
      setSearch(next, { replace });
    },
    [setSearch],
  );
  return useMemo(
    () => ({
      get: (name: string) => search.get(name) ?? '',
      all: (name: string) => search.getAll(name),
      page: Math.max(1, Number(search.get('page')) || 1),
      set,
      any: [...search.keys()].some((name) => name !== 'page' && name !== 'sort'),
      clear: () => setSearch({}, { replace: true }),
    }),
    [search, set, setSearch],
  );
}
