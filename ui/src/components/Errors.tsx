// SPDX-License-Identifier: Apache-2.0
import { Alert, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../editor/useCheck';

/** How many errors a source has. */
export function ErrorCount({ errors }: { errors: readonly Problem[] }) {
  const { t } = useTranslation();
  return <Text size="xs" c={errors.length ? 'var(--mr-failed)' : 'dimmed'} role="status">{errors.length ? t('editor.errors', { count: errors.length }) : t('editor.valid')}</Text>;
}

/** The first of them, with its line. */
export function FirstError({ errors: [first] }: { errors: readonly Problem[] }) {
  const { t } = useTranslation();
  return first ? (
    <Alert color="red" variant="light" p="xs" styles={{ message: { color: 'var(--mantine-color-text)' } }}>
      <Text size="sm">{t('common.line', { line: first.line })}: {first.message}</Text>
    </Alert>
  ) : null;
}
