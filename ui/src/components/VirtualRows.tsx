// SPDX-License-Identifier: Apache-2.0
import { Table } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type ReactNode } from 'react';

interface Props<T> {
  rows: readonly T[];
  head: ReactNode;
  children: (row: T, index: number) => ReactNode;
  height: string;
  label: string;
}

/** A table of which only the rows in sight are in the page. */
export function VirtualRows<T>({ rows, head, children, height, label }: Props<T>) {
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroll.current, estimateSize: () => 38, overscan: 15 });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items[items.length - 1]?.end ?? 0);
  return (
    <div ref={scroll} className="mr-table-wrap" style={{ maxHeight: height }} tabIndex={0} role="region" aria-label={label}>
      <Table aria-rowcount={rows.length} aria-label={label}>
        <Table.Thead><Table.Tr>{head}</Table.Tr></Table.Thead>
        <Table.Tbody>
          {before > 0 && <tr aria-hidden style={{ height: before }} />}
          {items.map((item) => {
            const row = rows[item.index];
            return row === undefined ? null : <Table.Tr key={item.key} ref={virtual.measureElement} data-index={item.index}>{children(row, item.index)}</Table.Tr>;
          })}
          {after > 0 && <tr aria-hidden style={{ height: after }} />}
        </Table.Tbody>
      </Table>
    </div>
  );
}
