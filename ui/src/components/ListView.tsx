// SPDX-License-Identifier: Apache-2.0
import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Api, Query } from '../api/client';
import type { Page } from '../api/types';
import { useTenant } from '../app/context';
import { usePreferences } from '../app/preferences';
import { useFilters } from '../app/url';
import { Await, Pager } from './basics';

export interface Column<T> {
  head: string;
  cell: (row: T) => ReactNode;
  right?: boolean;
  hidden?: boolean;
}

interface Props<T> {
  /** Whose list it is, where it isn't the tenant's. */
  api?: Api;
  /** First parts of the key after the tenant. */
  topic: string;
  path: string;
  query?: Query;
  columns: readonly Column<T>[];
  keyOf: (row: T) => string;
  empty: ReactNode;
  label: string;
}

/** A paged list of the API as a table. */
export function ListView<T>({ api: other, topic, path, query, columns, keyOf, empty, label }: Props<T>) {
  const { api: own } = useTenant();
  const api = other ?? own;
  const filters = useFilters();
  const { pageSize } = usePreferences();
  const asked = { ...query, page: filters.page, size: pageSize };
  const rows = useQuery({
    queryKey: [api.scope, topic, path, asked],
    queryFn: async ({ signal }) => {
      const answer = await api.get<Page<T> | T[]>(path, asked, signal);
      return Array.isArray(answer) ? { results: answer.slice((filters.page - 1) * pageSize, filters.page * pageSize), total: answer.length } : answer;
    },
    // of another namespace, what was shown would be taken for what is there
    placeholderData: (before, query) => (query?.queryKey[2] === path ? before : undefined),
  });
  const shown = columns.filter((column) => !column.hidden);
  return (
    <Await query={rows}>
      {(page) =>
        page.results.length === 0 && filters.page === 1 ? (
          empty
        ) : (
          <>
            <div className="mr-table-wrap">
              <Table aria-label={label}>
                <Table.Thead><Table.Tr>{shown.map((column) => <Table.Th key={column.head} ta={column.right ? 'right' : undefined}>{column.head || <span className="visually-hidden">…</span>}</Table.Th>)}</Table.Tr></Table.Thead>
                <Table.Tbody>
                  {page.results.map((row) => <Table.Tr key={keyOf(row)}>{shown.map((column) => <Table.Td key={column.head} ta={column.right ? 'right' : undefined}>{column.cell(row)}</Table.Td>)}</Table.Tr>)}
                </Table.Tbody>
              </Table>
            </div>
            <Pager page={filters.page} total={page.total} onPage={(next) => filters.set({ page: next })} />
          </>
        )
      }
    </Await>
  );
}
