// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from 'react';
import { Await } from './basics';
import { Dialog } from './Dialog';

interface Props<T> {
  query: { data: T | undefined; error: unknown; refetch: () => unknown; isPending: boolean };
  title: string;
  onClose: () => void;
  /** A dialogue of its own. */
  children: (data: T) => ReactNode;
}

/** A dialogue over something that has to be read first: until then, and if it can't be, it says so itself. */
export function AwaitDialog<T>({ query, title, onClose, children }: Props<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  return (
    <Dialog onClose={onClose} title={title}>
      <Await query={query}>{() => null}</Await>
    </Dialog>
  );
}
