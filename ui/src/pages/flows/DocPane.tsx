// SPDX-License-Identifier: Apache-2.0
import { Box, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useTenant } from '../../app/context';
import { shortType, TextLink } from '../../components/basics';
import { PluginDoc } from '../../components/PluginDoc';
import { typeAt } from '../../editor/cursor';
import type { SchemaBook } from '../../editor/schema';

/** The documentation of what the cursor is in: a task, a trigger or a condition, the inner one. */
export function DocPane({ text, cursor, book }: { text: string; cursor: number; book: SchemaBook | undefined }) {
  const { t } = useTranslation();
  const { to } = useTenant();
  const [at] = useDebouncedValue(cursor, 200);
  const type = useMemo(() => typeAt(text, at), [text, at]);
  // what is half written is asked for by nobody
  const known = type !== undefined && book?.definition(type) !== undefined;
  return (
    <Box className="mr-card" p="md" mih={0} style={{ overflow: 'auto' }} role="region" tabIndex={0} aria-label={t('editor.documentation')} data-documented={known ? type : undefined}>
      {known ? (
        <>
          <Title order={2}>{shortType(type)}</Title>
          <Text size="xs" className="mr-breaks"><TextLink to={to('plugins', type)} mono>{type}</TextLink></Text>
          <PluginDoc type={type} />
        </>
      ) : (
        <Text size="sm" c="dimmed">{t('editor.documentationHint')}</Text>
      )}
    </Box>
  );
}
