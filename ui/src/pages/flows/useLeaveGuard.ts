// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useBlocker } from 'react-router';
import { useConfirm } from '../../components/confirm';

/**
 * Asks before unsaved work is left behind.
 *
 * @returns leaves without a question: the work has just been stored, which the page needn't have drawn yet
 */
export function useLeaveGuard(dirty: boolean): (go: () => void) => void {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const free = useRef(false);
  const blocker = useBlocker(({ currentLocation, nextLocation }) => dirty && !free.current && currentLocation.pathname !== nextLocation.pathname);
  useEffect(() => {
    if (blocker.state !== 'blocked') return;
    void confirm({ title: t('editor.leave'), text: t('editor.leaveText'), confirm: t('editor.leaveYes'), danger: true }).then((yes) => (yes ? blocker.proceed() : blocker.reset()));
  }, [blocker, confirm, t]);
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty]);
  return useCallback((go: () => void) => {
    free.current = true;
    go();
    free.current = false;
  }, []);
}

/**
 * For a dialogue in which something is written: a slip of the mouse and Escape, which closes proposals, too, don't end it
 * while that isn't stored; to close it is asked about.
 */
export function useCloseGuard(dirty: boolean, close: () => void): { onClose: () => void; closeOnEscape: boolean; closeOnClickOutside: boolean } {
  const { t } = useTranslation();
  const confirm = useConfirm();
  const onClose = () => {
    if (!dirty) close();
    else void confirm({ title: t('editor.leave'), text: t('editor.leaveText'), confirm: t('editor.leaveYes'), danger: true }).then((yes) => yes && close());
  };
  return { onClose, closeOnEscape: !dirty, closeOnClickOutside: !dirty };
}
