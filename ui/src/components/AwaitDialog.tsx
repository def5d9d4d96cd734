// SPDX-License-Identifier: Apache-2.0
import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Await } from './basics';

interface Props<T> {
  query: { data: T | undefined; error: unknown; refetch: () => unknown; isPending: boolean };
  title: string;
  onClose: () => void;
  /** A dialogue of its own. */
  children: (data: T) => ReactNode;
}

/** A dialogue over something that has to be read first: until then, and if it can't be, it says so itself. */
export function AwaitDialog<T>({ query, title, onClose, children }: Props<T>) {
  const { t } = useTranslation();
  if (query.data !== undefined) return <>{children(query.data)}</>;
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Await query={query}>{() => null}</Await>
    </Modal>
  );
}
