// SPDX-License-Identifier: Apache-2.0
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { wordsOf } from './cron';

/** What a cron expression says, in the reader's language; nothing where it is none. */
export function CronWords({ cron, withSeconds }: { cron: unknown; withSeconds?: unknown }) {
  const { i18n } = useTranslation();
  const words = useQuery({
    queryKey: ['cron', i18n.language, cron, withSeconds],
    queryFn: () => wordsOf(String(cron), withSeconds === true || withSeconds === 'true', i18n.language),
    enabled: typeof cron === 'string' && cron.trim() !== '',
    staleTime: Infinity,
  });
  return words.data ? <Text size="xs" c="dimmed" data-cron-words>{words.data}</Text> : null;
}
