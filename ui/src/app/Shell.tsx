// SPDX-License-Identifier: Apache-2.0
import {
  ActionIcon, AppShell, Avatar, Burger, Button, Group, Menu, NavLink, ScrollArea, Select, Text, UnstyledButton, useComputedColorScheme, useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Spotlight, spotlight, type SpotlightActionData } from '@mantine/spotlight';
import {
  IconActivity, IconBolt, IconBox, IconBuildingCommunity, IconChartBar, IconDatabase, IconFileText, IconFolders, IconGauge, IconGitBranch, IconHeartRateMonitor, IconHome, IconKey, IconLanguage, IconListDetails,
  IconLogout, IconMoon, IconSearch, IconServer2, IconSettings, IconShieldLock, IconSitemap, IconSun, IconTestPipe, IconUser, IconUserCog, IconUsers, IconWorldShare,
} from '@tabler/icons-react';
import { useMemo, type ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, Outlet, useLocation, useNavigate } from 'react-router';
import { signOut } from '../api/session';
import { notifyProblem, PageHeader, PageTitle } from '../components/basics';
import { Boundary } from '../components/Boundary';
import { Hints } from '../components/Hints';
import { LANGUAGES, setLanguage } from '../i18n';
import { ACCESS_TABS, useTenant } from './context';
import { useKey } from './hooks';
import { Logo } from './Logo';
import { Unreachable } from './Unreachable';

interface Entry {
  id: string;
  parts: string[];
  icon: ComponentType<{ size?: number; stroke?: number }>;
  /** Shown to whoever has one of these somewhere. */
  permissions: string[];
  /** Whether it takes one of them on the whole tenant. */
  whole?: boolean;
  /** Shown to those who run the installation alone. */
  operator?: boolean;
  /** Of the installation: shown to whoever is of no tenant, too. */
  above?: boolean;
}

const SECTIONS: { id: string; entries: Entry[] }[] = [
  {
    id: 'work',
    entries: [
      { id: 'home', parts: [], icon: IconHome, permissions: [] },
      { id: 'dashboards', parts: ['dashboards'], icon: IconChartBar, permissions: ['DASHBOARD_READ'] },
      { id: 'flows', parts: ['flows'], icon: IconSitemap, permissions: ['FLOW_READ'] },
      { id: 'executions', parts: ['executions'], icon: IconActivity, permissions: ['EXECUTION_READ'] },
      { id: 'logs', parts: ['logs'], icon: IconFileText, permissions: ['LOG_READ'] },
      { id: 'triggers', parts: ['triggers'], icon: IconBolt, permissions: ['TRIGGER_READ'] },
      { id: 'tests', parts: ['tests'], icon: IconTestPipe, permissions: ['FLOW_READ'] },
    ],
  },
  {
    id: 'data',
    entries: [
      { id: 'namespaces', parts: ['namespaces'], icon: IconFolders, permissions: ['NAMESPACE_READ'] },
      { id: 'git', parts: ['git'], icon: IconGitBranch, permissions: ['FLOW_READ'] },
      { id: 'kv', parts: ['kv'], icon: IconDatabase, permissions: ['KV_READ'] },
      { id: 'secrets', parts: ['secrets'], icon: IconKey, permissions: ['SECRET_READ'] },
      { id: 'plugins', parts: ['plugins'], icon: IconBox, permissions: [] },
    ],
  },
  {
    id: 'admin',
    entries: [
      { id: 'access', parts: ['access'], icon: IconUsers, permissions: Object.values(ACCESS_TABS), whole: true },
      { id: 'audit', parts: ['audit'], icon: IconShieldLock, permissions: ['AUDIT_READ'], whole: true },
      { id: 'quotas', parts: ['quotas'], icon: IconGauge, permissions: ['QUOTA_READ'] },
      { id: 'egress', parts: ['egress'], icon: IconWorldShare, permissions: ['QUOTA_READ'] },
    ],
  },
  {
    id: 'installation',
    entries: [
      { id: 'tenants', parts: ['tenants'], icon: IconBuildingCommunity, permissions: [], operator: true, above: true },
      { id: 'users', parts: ['users'], icon: IconUserCog, permissions: [], operator: true, above: true },
      { id: 'workers', parts: ['workers'], icon: IconServer2, permissions: [], operator: true, above: true },
      { id: 'system', parts: ['system'], icon: IconHeartRateMonitor, permissions: [], above: true },
    ],
  },
];
/** Where whoever is of no tenant may go, by the first part of the path. */
const ABOVE = new Set(['preferences', ...SECTIONS.flatMap((section) => section.entries.filter((entry) => entry.above).map((entry) => entry.id))]);

/** Of many entries, the one of the page is seen. */
const inSight = (entry: HTMLElement | null) => entry?.scrollIntoView({ block: 'nearest' });

export function Shell() {
  const { t, i18n } = useTranslation();
  const { to, id: tenant, session, can, member } = useTenant();
  const location = useLocation();
  const navigate = useNavigate();
  const [opened, { toggle, close }] = useDisclosure();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');

  const sections = useMemo(
    () =>
      SECTIONS.map((section) => ({
        ...section,
        entries: section.entries.filter((entry) => (!entry.operator || session.operator) && (entry.above || member) && (entry.permissions.length === 0 || entry.permissions.some((permission) => can(permission, entry.whole ? '' : undefined)))),
      })).filter((section) => section.entries.length > 0),
    [can, member, session.operator],
  );

  useKey('/', () => document.querySelector<HTMLInputElement>('[data-search]')?.focus());

  const actions: SpotlightActionData[] = [
    ...sections.flatMap((section) =>
      section.entries.map((entry) => ({ id: entry.id, label: t(`nav.${entry.id}`), group: t('nav.go'), onClick: () => void navigate(to(...entry.parts)) })),
    ),
    ...(can('FLOW_CREATE') ? [{ id: 'new-flow', label: t('flows.create'), group: t('nav.do'), onClick: () => void navigate(to('flows', 'new')) }] : []),
    { id: 'theme', label: t(scheme === 'dark' ? 'shell.light' : 'shell.dark'), group: t('nav.do'), onClick: () => setColorScheme(scheme === 'dark' ? 'light' : 'dark') },
  ];

  const tenants = !member || session.tenants.some((one) => one.id === tenant) ? session.tenants : [{ id: tenant, name: tenant }, ...session.tenants];
  const here = location.pathname;

  return (
    <Hints>
      <AppShell
        header={{ height: 52 }} navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !opened } }} padding={{ base: 'sm', sm: 'lg' }} h="100%"
        styles={{ main: { height: '100dvh', overflow: 'auto' }, header: { background: 'var(--mr-surface)', borderColor: 'var(--mr-line)' }, navbar: { background: 'var(--mr-surface)', borderColor: 'var(--mr-line)' } }}
      >
        <a href="#content" className="mr-skip">{t('shell.skip')}</a>
        <AppShell.Header>
          <Group h="100%" px="md" justify="space-between" wrap="nowrap">
            <Group gap="sm" wrap="nowrap" miw={0}>
              <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t('shell.menu')} />
              <UnstyledButton component={Link} to={to()} aria-label="Millrace">
                <Group gap={8} wrap="nowrap"><Logo /><Text fw={700} fz={17} visibleFrom="sm">Millrace</Text></Group>
              </UnstyledButton>
              {tenants.length > 0 && (
                <Select
                  ml={{ sm: 'md' }} size="xs" w={150} miw={0} style={{ flexShrink: 1 }} allowDeselect={false} aria-label={t('shell.tenant')} placeholder={t('shell.tenant')} leftSection={<IconBuildingCommunity size={15} />}
                  data={tenants.map((one) => ({ value: one.id, label: one.name }))} value={member ? tenant : null} onChange={(next) => next && (next !== tenant || !member) && void navigate(`/${next}`)}
                />
              )}
            </Group>
            <Group gap={6} wrap="nowrap">
              <UnstyledButton onClick={spotlight.open} visibleFrom="sm" px="sm" py={4} className="mr-card">
                <Group gap={8} wrap="nowrap" c="dimmed" fz="sm"><IconSearch size={15} />{t('shell.search')}<span className="mr-kbd">Ctrl K</span></Group>
              </UnstyledButton>
              <Menu position="bottom-end" withinPortal>
                <Menu.Target>
                  <ActionIcon size="lg" aria-label={t('shell.language')}><IconLanguage size={19} /></ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  {LANGUAGES.map((language) => (
                    <Menu.Item key={language.id} lang={language.id} fw={i18n.language === language.id ? 700 : 400} onClick={() => void setLanguage(language.id)}>{language.name}</Menu.Item>
                  ))}
                </Menu.Dropdown>
              </Menu>
              <ActionIcon size="lg" aria-label={t(scheme === 'dark' ? 'shell.light' : 'shell.dark')} onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}>
                {scheme === 'dark' ? <IconSun size={19} /> : <IconMoon size={19} />}
              </ActionIcon>
              <Menu position="bottom-end" withinPortal>
                <Menu.Target>
                  <UnstyledButton aria-label={t('shell.account', { name: session.name })}>
                    <Avatar size={32} radius="xl" color="water" variant="filled"><IconUser size={18} /></Avatar>
                  </UnstyledButton>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Label>{session.name}</Menu.Label>
                  <Menu.Item leftSection={<IconSettings size={15} />} component={Link} to={to('preferences')}>{t('nav.preferences')}</Menu.Item>
                  <Menu.Item leftSection={<IconListDetails size={15} />} component="a" href="/api">{t('nav.api')}</Menu.Item>
                  <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void signOut(session).catch(notifyProblem)}>{t('signIn.signOut')}</Menu.Item>
                </Menu.Dropdown>
              </Menu>
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar p="xs" aria-label={t('shell.menu')}>
          <ScrollArea>
            {sections.map((section) => (
              <div key={section.id}>
                <Text fz={11} fw={700} tt="uppercase" c="dimmed" px={10} pt="sm" pb={4} style={{ letterSpacing: '0.06em' }}>{t(`nav.section.${section.id}`)}</Text>
                {section.entries.map((entry) => {
                  const target = to(...entry.parts);
                  const active = entry.parts.length === 0 ? here === target || here === target + '/' : here === target || here.startsWith(target + '/');
                  return (
                    <NavLink
                      key={entry.id} component={Link} to={target} label={t(`nav.${entry.id}`)} leftSection={<entry.icon size={18} stroke={1.7} />} active={active} className="mr-nav-link" ref={active ? inSight : undefined}
                      aria-current={active ? 'page' : undefined} onClick={close} fw={active ? 600 : 450}
                    />
                  );
                })}
              </div>
            ))}
          </ScrollArea>
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1}>
          <Unreachable />
          <Boundary place={here}>
            {member ? <Outlet /> : <Above />}
          </Boundary>
        </AppShell.Main>
        <Spotlight actions={actions} shortcut={['mod + K']} highlightQuery nothingFound={t('shell.nothing')} searchProps={{ leftSection: <IconSearch size={18} />, placeholder: t('shell.search'), 'aria-label': t('shell.search') }} />
      </AppShell>
    </Hints>
  );
}

/** What whoever runs the installation sees where he is of no tenant. */
function Above() {
  const { t } = useTranslation();
  const { to, id, session } = useTenant();
  const [, , part = ''] = useLocation().pathname.split('/');
  if (ABOVE.has(part)) return <Outlet />;
  if (part === '') return <Navigate to={to('system')} replace />;
  return (
    <>
      <PageTitle title={t('tenant.closed', { tenant: id })} />
      <PageHeader title={t('tenant.closed', { tenant: id })} sub={t('tenant.above')} />
      <Group>
        {session.tenants.map((tenant) => <Button key={tenant.id} variant="default" component={Link} to={`/${tenant.id}`}>{t('tenant.goTo', { tenant: tenant.name })}</Button>)}
      </Group>
    </>
  );
}
