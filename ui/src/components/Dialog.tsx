// SPDX-License-Identifier: Apache-2.0
import { Drawer, Modal, type DrawerProps, type ModalProps } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/** Where the focus was last, but in a menu: its items are gone when what they open is there. */
let lately: HTMLElement | null = null;
document.addEventListener('focusin', ({ target }) => {
  if (target instanceof HTMLElement && !target.closest('[role=menu]')) lately = target;
});

/** Gives the focus back when something closes that lay over the page, or is taken away while it is open. */
function useFocusBack(opened: boolean): void {
  useEffect(() => {
    if (!opened) return;
    const from = lately;
    return () => {
      const left = document.activeElement;
      // what takes its place was opened from the same
      if (!lately?.isConnected) lately = from;
      // whoever has gone on to something else stays there
      setTimeout(() => {
        const now = document.activeElement;
        if (from?.isConnected && (now === null || now === document.body || now === left)) from.focus({ preventScroll: true });
      }, 20);
    };
  }, [opened]);
}

type Always<T> = Omit<T, 'opened'> & { opened?: boolean };

/** A dialogue over the page. It is open as long as it is there, unless `opened` says otherwise. */
export function Dialog({ opened = true, ...props }: Always<ModalProps>) {
  const { t } = useTranslation();
  useFocusBack(opened);
  return <Modal opened={opened} returnFocus={false} closeButtonProps={{ 'aria-label': t('common.close') }} {...props} />;
}

/** The same at the side of the page. */
export function SidePanel({ opened = true, ...props }: Always<DrawerProps>) {
  const { t } = useTranslation();
  useFocusBack(opened);
  return <Drawer opened={opened} returnFocus={false} closeButtonProps={{ 'aria-label': t('common.close') }} {...props} />;
}
