// SPDX-License-Identifier: Apache-2.0
import { useQueryClient } from '@tanstack/react-query';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { request } from '../api/client';
import { isReachable, whenReachableChanges } from '../api/reachable';
import { formatTime } from './format';

const LOOK_EVERY = 2_000;

/** Says that what shows grows old, until the gateway answers again; then all that shows is read anew. */
export function Unreachable() {
  return useSyncExternalStore(whenReachableChanges, isReachable) ? null : <Gone />;
}

function Gone() {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const [since] = useState(() => new Date().toISOString());
  useEffect(() => {
    const look = () => void request('GET', '/ui/session').catch(() => undefined);
    const timer = setInterval(look, LOOK_EVERY);
    window.addEventListener('online', look);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', look);
      void queries.invalidateQueries();
    };
  }, [queries]);
  return (
    <div className="mr-gone" role="status">
      <IconPlugConnectedX size={18} aria-hidden />
      {t('shell.gone', { since: formatTime(since, i18n.language).replace(/[.,]\d+$/, '') })}
    </div>
  );
}
