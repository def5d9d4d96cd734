// SPDX-License-Identifier: Apache-2.0
import { Button, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from './Dialog';

interface Props {
  title: string;
  submit: string;
  busy: boolean;
  disabled?: boolean;
  /** Whether it can't be undone. */
  danger?: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Fields, and one button that sends them. */
export function FormDialog({ title, submit, busy, disabled, danger, onSubmit, onClose, children }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog onClose={onClose} title={title}>
      <form onSubmit={(event) => { event.preventDefault(); onSubmit(); }}>
        <Stack>
          {children}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
            <Button type="submit" color={danger ? 'red.8' : undefined} loading={busy} disabled={disabled}>{submit}</Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
