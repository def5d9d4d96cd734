// SPDX-License-Identifier: Apache-2.0
import { Box, SegmentedControl, Select, Stack, Text, Title, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useTenant } from '../app/context';
import { setPreferences, usePreferences } from '../app/preferences';
import { PageHeader, PageTitle } from '../components/basics';
import { Tokens } from '../components/Tokens';
import { LEVELS } from '../api/types';
import { LANGUAGES, setLanguage } from '../i18n';

export default function PreferencesPage() {
  const { t, i18n } = useTranslation();
  const { session, me, member } = useTenant();
  const preferences = usePreferences();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <PageTitle title={t('nav.preferences')} />
      <PageHeader title={t('nav.preferences')} sub={t('preferences.sub')} />
      <Stack maw={560} gap="lg">
        <Box className="mr-card" p="md">
          <Stack>
            <div>
              <Text size="sm" fw={600} mb={4} id="theme-label">{t('preferences.theme')}</Text>
              <SegmentedControl
                aria-labelledby="theme-label" value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}
                data={[{ value: 'auto', label: t('preferences.auto') }, { value: 'light', label: t('preferences.light') }, { value: 'dark', label: t('preferences.dark') }]}
              />
            </div>
            <Select label={t('shell.language')} allowDeselect={false} data={LANGUAGES.map((one) => ({ value: one.id, label: one.name }))} value={i18n.language} onChange={(value) => value && void setLanguage(value as 'en' | 'fr')} />
            <Select
              label={t('preferences.timeZone')} searchable allowDeselect={false} value={preferences.timeZone} onChange={(timeZone) => timeZone && setPreferences({ timeZone })}
              data={[{ value: 'local', label: t('preferences.local', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone }) }, 'UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]}
            />
            <Select label={t('common.pageSize')} allowDeselect={false} data={['10', '25', '50', '100']} value={String(preferences.pageSize)} onChange={(value) => value && setPreferences({ pageSize: Number(value) })} />
            <Select label={t('preferences.logLevel')} allowDeselect={false} data={[...LEVELS]} value={preferences.logLevel} onChange={(logLevel) => logLevel && setPreferences({ logLevel })} />
          </Stack>
        </Box>
        <Box className="mr-card" p="md">
          <Title order={2} mb="xs">{t('preferences.you')}</Title>
          <Text size="sm">{session.name} <Text span c="dimmed" className="mr-mono">{me.subject}</Text></Text>
          {session.operator && <Text size="sm">{t('preferences.operator')}</Text>}
          {me.grants.map((grant, i) => <Text size="sm" key={i}>{t('preferences.grant', { role: grant.role, namespace: grant.namespace || t('preferences.everywhere') })}</Text>)}
        </Box>
        {member && (
          <Box className="mr-card" p="md">
            <Title order={2}>{t('preferences.tokens')}</Title>
            <Text size="sm" c="dimmed" mb="xs">{t('preferences.tokensText')}</Text>
            <Tokens base="me/api-tokens" writable />
          </Box>
        )}
        <Box className="mr-card" p="md">
          <Title order={2} mb="xs">{t('preferences.keys')}</Title>
          {(['search', 'command', 'newFlow', 'run', 'save'] as const).map((key) => (
            <Text size="sm" key={key}><span className="mr-kbd">{t(`keys.${key}.key`)}</span> {t(`keys.${key}.what`)}</Text>
          ))}
        </Box>
      </Stack>
    </>
  );
}
