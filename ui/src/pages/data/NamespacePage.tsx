// SPDX-License-Identifier: Apache-2.0
import { Box, Code, Tabs, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { stringify } from 'yaml';
import { path } from '../../api/client';
import { useTenant } from '../../app/context';
import { Await, PageHeader, PageTitle, TextLink } from '../../components/basics';
import { Dependencies } from '../../topology/Dependencies';
import { FilesView } from './FilesView';
import { GitOfNamespace } from './GitDetail';
import { KvList, type KvEntry } from './KvPage';
import { SecretList } from './SecretsPage';

const TABS = { files: 'FILE_READ', kv: 'KV_READ', secrets: 'SECRET_READ', git: 'FLOW_READ', inherited: 'NAMESPACE_READ', dependencies: 'FLOW_READ' } as const;
type Tab = keyof typeof TABS;

export default function NamespacePage() {
  const { t } = useTranslation();
  const { namespace = '', tab = 'files' } = useParams();
  const { to, can } = useTenant();
  const navigate = useNavigate();
  const shown = (Object.keys(TABS) as Tab[]).filter((id) => can(TABS[id], namespace));
  const current = shown.find((id) => id === tab) ?? shown[0];
  return (
    <>
      <PageTitle title={namespace} />
      <PageHeader title={namespace} crumbs={<TextLink to={to('namespaces')}>{t('nav.namespaces')}</TextLink>} sub={<TextLink to={`${to('flows')}?namespace=${encodeURIComponent(namespace)}`}>{t('namespaces.flows')}</TextLink>} />
      <Tabs value={current ?? null} onChange={(next) => next && void navigate(to('namespaces', namespace, next))} mb="md">
        <Tabs.List>{shown.map((id) => <Tabs.Tab key={id} value={id}>{t(`namespaceTab.${id}`)}</Tabs.Tab>)}</Tabs.List>
      </Tabs>
      {current === 'files' && <FilesView namespace={namespace} key={namespace} />}
      {current === 'kv' && <KvList namespace={namespace} />}
      {current === 'secrets' && <SecretList namespace={namespace} />}
      {current === 'git' && <GitOfNamespace namespace={namespace} key={namespace} />}
      {current === 'inherited' && <Inherited namespace={namespace} />}
      {current === 'dependencies' && <Dependencies source={`namespaces/${path(namespace)}/dependencies`} none={t('dependencies.noneHere')} />}
    </>
  );
}

/** What the namespace gets from those above it and from the installation. */
function Inherited({ namespace }: { namespace: string }) {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const defaults = useQuery({
    queryKey: [api.tenant, 'namespaces', 'defaults', namespace],
    queryFn: () => api.get<{ type: string; forced: boolean; values: Record<string, unknown> }[]>(`namespaces/${path(namespace)}/inherited-plugindefaults`),
  });
  const keys = useQuery({
    queryKey: [api.tenant, 'kv', 'inherited', namespace],
    queryFn: () => api.get<KvEntry[]>(`namespaces/${path(namespace)}/kv/inheritance`),
    enabled: can('KV_READ', namespace),
  });
  return (
    <>
      <Box className="mr-card" p="md" mb="md">
        <Title order={2} mb="xs">{t('namespaces.defaults')}</Title>
        <Await query={defaults}>
          {(all) => (all.length === 0 ? <Text size="sm" c="dimmed">{t('namespaces.noDefaults')}</Text> : all.map((one) => <div key={one.type}><Code>{one.type}</Code>{one.forced && ` (${t('namespaces.forced')})`}<pre className="mr-json">{stringify(one.values)}</pre></div>))}
        </Await>
      </Box>
      {can('KV_READ', namespace) && (
        <Box className="mr-card" p="md">
          <Title order={2} mb="xs">{t('namespaces.keys')}</Title>
          <Await query={keys}>
            {(all) => (all.length === 0 ? <Text size="sm" c="dimmed">{t('kv.noneAbove')}</Text> : all.map((one) => <Text size="sm" key={one.key}><b className="mr-mono">{one.key}</b> <Text span c="dimmed" size="xs">{one.namespace}</Text></Text>))}
          </Await>
        </Box>
      )}
    </>
  );
}
