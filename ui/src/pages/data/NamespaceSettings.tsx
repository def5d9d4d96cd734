// SPDX-License-Identifier: Apache-2.0
import { Box, Button, Code, Group, List, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { parse, stringify } from 'yaml';
import { path } from '../../api/client';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { Await, Json } from '../../components/basics';
import { useConfirm } from '../../components/confirm';
import { DangerButton } from '../../components/DangerButton';
import { CodeEditor } from '../../editor/CodeEditor';
import { useDraft, type Stored } from '../../editor/useDraft';
import { useLeaveGuard } from '../flows/useLeaveGuard';
import type { KvEntry } from './KvPage';

interface Defaults {
  type: string;
  forced: boolean;
  values: Record<string, unknown>;
}

/** The version of one that only its flows make be there. */
const NOTHING_SET = '"0"';

interface Given {
  description?: string;
  variables?: Record<string, unknown>;
  pluginDefaults?: Defaults[];
  taskTypes?: { allowed?: string[]; forbidden?: string[] };
  allowedNamespaces?: { namespace: string }[];
}

/** As people write it. */
function textOf({ description = '', variables = {}, pluginDefaults = [], taskTypes = {}, allowedNamespaces }: Given): string {
  return stringify({ description, variables, pluginDefaults, taskTypes, ...(allowedNamespaces ? { allowedNamespaces } : {}) }, { lineWidth: 0 });
}

/** What is set for a namespace and all below it, as YAML. */
export function Settings({ namespace }: { namespace: string }) {
  const { api } = useTenant();
  const read = async (): Promise<Stored> => {
    const { value, etag } = await api.getVersioned<Given>(`namespaces/${path(namespace)}`);
    return { text: textOf(value), etag };
  };
  const settings = useQuery({ queryKey: [api.tenant, 'namespace-settings', namespace], queryFn: read, staleTime: Infinity, gcTime: 0 });
  return <Await query={settings}>{(stored) => <Editor namespace={namespace} stored={stored} read={read} />}</Await>;
}

function Editor({ namespace, stored, read }: { namespace: string; stored: Stored; read: () => Promise<Stored> }) {
  const { t } = useTranslation();
  const { api, to, can } = useTenant();
  const navigate = useNavigate();
  const confirm = useConfirm();
  const { text, setText, dirty, busy, save, merge } = useDraft<Given>({
    stored, read,
    write: async (source, headers) => api.versioned('PUT', `namespaces/${path(namespace)}`, { json: parse(source) ?? {}, headers }),
    done: () => t('namespaces.saved'), touches: ['namespaces'],
  });
  const leave = useLeaveGuard(dirty);
  const writable = can('NAMESPACE_UPDATE', namespace);
  const store = () => { if (writable && dirty) void save(); };
  const remove = useChange(() => api.delete(`namespaces/${path(namespace)}`), { done: t('namespaces.deleted'), touches: ['namespaces'], then: () => leave(() => void navigate(to('namespaces'))) });
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">{t('namespaces.settingsText')}</Text>
      <div style={{ height: 'calc(100dvh - 340px)', minHeight: 260 }}><CodeEditor label={t('namespaceTab.settings')} value={text} onChange={setText} readOnly={!writable} onSave={store} /></div>
      <Group justify="flex-end">
        {/* one that has settings of its own, and goes with them where no flow is in it */}
        {can('NAMESPACE_DELETE', namespace) && stored.etag !== NOTHING_SET && (
          <DangerButton loading={remove.isPending} onClick={() => void confirm({ title: t('namespaces.delete', { namespace }), text: t('namespaces.deleteText'), confirm: t('common.delete'), danger: true }).then((yes) => yes && remove.mutate(undefined))}>{t('common.delete')}</DangerButton>
        )}
        {writable && <Button loading={busy} disabled={!dirty} onClick={store}>{t('common.save')}</Button>}
      </Group>
      {merge}
    </Stack>
  );
}

/** What the namespace gets from those above it and from the installation. */
export function Inherited({ namespace }: { namespace: string }) {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const base = `namespaces/${path(namespace)}`;
  const keyOf = (what: string) => [api.tenant, 'namespaces', 'inherited', what, namespace];
  const variables = useQuery({ queryKey: keyOf('variables'), queryFn: () => api.get<Record<string, unknown>>(`${base}/inherited-variables`) });
  const defaults = useQuery({ queryKey: keyOf('defaults'), queryFn: () => api.get<(Defaults & { namespace?: string | null })[]>(`${base}/inherited-plugindefaults`) });
  const rules = useQuery({ queryKey: keyOf('rules'), queryFn: () => api.get<{ taskTypes: { namespace: string; allowed: string[]; forbidden: string[] }[]; allowedNamespaces?: { namespace: string }[] | null }>(`${base}/inherited-rules`) });
  const keys = useQuery({ queryKey: [api.tenant, 'kv', 'inherited', namespace], queryFn: () => api.get<KvEntry[]>(`${base}/kv/inheritance`), enabled: can('KV_READ', namespace) });
  const none = (text: string) => <Text size="sm" c="dimmed">{text}</Text>;
  return (
    <Stack>
      <Box className="mr-card" p="md">
        <Title order={2} mb="xs">{t('namespaces.variables')}</Title>
        <Await query={variables}>{(all) => (Object.keys(all).length === 0 ? none(t('namespaces.noVariables')) : <Json value={stringify(all)} />)}</Await>
      </Box>
      <Box className="mr-card" p="md">
        <Title order={2} mb="xs">{t('namespaces.defaults')}</Title>
        <Await query={defaults}>
          {(all) =>
            all.length === 0 ? none(t('namespaces.noDefaults')) : all.map((one, i) => (
              <div key={i}><Code>{one.type}</Code> <Text span size="xs" c="dimmed">{one.namespace ?? t('namespaces.installation')}{one.forced && ` · ${t('namespaces.forced')}`}</Text><Json value={stringify(one.values)} /></div>
            ))
          }
        </Await>
      </Box>
      <Box className="mr-card" p="md">
        <Title order={2} mb="xs">{t('namespaces.rules')}</Title>
        <Await query={rules}>
          {({ taskTypes, allowedNamespaces }) =>
            taskTypes.length === 0 && !allowedNamespaces ? none(t('namespaces.noRules')) : (
              <List size="sm">
                {taskTypes.map((level) => (
                  <List.Item key={level.namespace}>
                    <span className="mr-mono">{level.namespace}</span>{level.allowed.length > 0 && <>: {t('namespaces.allowed')} <Code>{level.allowed.join(', ')}</Code></>}{level.forbidden.length > 0 && <>; {t('namespaces.forbidden')} <Code>{level.forbidden.join(', ')}</Code></>}
                  </List.Item>
                ))}
                {allowedNamespaces && <List.Item>{t('namespaces.users')} <Code>{allowedNamespaces.map((one) => one.namespace).join(', ') || '–'}</Code></List.Item>}
              </List>
            )
          }
        </Await>
      </Box>
      {can('KV_READ', namespace) && (
        <Box className="mr-card" p="md">
          <Title order={2} mb="xs">{t('namespaces.keys')}</Title>
          <Await query={keys}>
            {(all) => (all.length === 0 ? none(t('kv.noneAbove')) : all.map((one) => <Text size="sm" key={one.key}><b className="mr-mono">{one.key}</b> <Text span c="dimmed" size="xs">{one.namespace}</Text></Text>))}
          </Await>
        </Box>
      )}
    </Stack>
  );
}
