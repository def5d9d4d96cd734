// SPDX-License-Identifier: Apache-2.0
import { Alert, Anchor, Badge, Button, Code, Group, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { DangerButton } from '../../components/DangerButton';
import { path } from '../../api/client';
import { isTerminal, type Execution, type Page, type TaskRun } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { Await, Empty, Json, StateBadge, TextLink, Time, Waiting } from '../../components/basics';
import { useConfirm } from '../../components/confirm';
import { Dialog } from '../../components/Dialog';
import { EXAMPLES } from '../../components/examples';
import { FormDialog } from '../../components/FormDialog';

export interface GitState {
  namespace: string;
  url: string;
  branch: string;
  commit: string;
  /** It stays at this commit until it is released. */
  pinned: boolean;
  /** Nothing else may change it. */
  managed: boolean;
  at: string;
  executionId: string;
  flowNamespace: string;
  flowId: string;
}

interface Change {
  /** Of a drift. */
  what?: string;
  /** Of a plan. */
  action?: string;
  kind: string;
  namespace: string;
  id: string;
}

interface Sync {
  number: number;
  at: string;
  commit: string;
  executionId: string;
  outcome: string;
  report: unknown;
}

/** All namespaces that come from Git. */
export function useGitStates() {
  const { api } = useTenant();
  return useQuery({ queryKey: [api.tenant, 'git', 'list'], queryFn: ({ signal }) => api.get<GitState[]>('git', undefined, signal) });
}

/** Says how a namespace comes to be as Git says. */
export function NoGit({ namespace }: { namespace?: string }) {
  const { t } = useTranslation();
  const { to, can } = useTenant();
  return (
    <Empty title={t(namespace ? 'git.notHere' : 'git.none')} example={EXAMPLES.git} action={can('FLOW_CREATE') && <Button component={Link} to={`${to('flows', 'new')}?blueprint=git`}>{t('git.create')}</Button>}>
      {t('git.noneText')}
    </Empty>
  );
}

/** A namespace as Git has it, or a namespace below such a one. */
export function GitOfNamespace({ namespace }: { namespace: string }) {
  const { t } = useTranslation();
  const { to } = useTenant();
  const states = useGitStates();
  return (
    <Await query={states}>
      {(all) => {
        const state = all.filter((one) => namespace === one.namespace || namespace.startsWith(`${one.namespace}.`)).sort((a, b) => b.namespace.length - a.namespace.length)[0];
        if (!state) return <NoGit namespace={namespace} />;
        return (
          <Stack>
            {state.namespace !== namespace && <Text size="sm" c="dimmed">{t('git.within')} <TextLink to={to('namespaces', state.namespace, 'git')} mono>{state.namespace}</TextLink></Text>}
            <Text size="sm">{state.url} <Code>{state.branch}</Code> · {t('git.by')} <TextLink to={to('flows', state.flowNamespace, state.flowId)}>{state.flowId}</TextLink> · <Time at={state.at} /></Text>
            <GitDetail state={state} key={state.namespace} />
          </Stack>
        );
      }}
    </Await>
  );
}

export function Marks({ state }: { state: GitState }) {
  const { t } = useTranslation();
  return (
    <>
      {state.pinned && <Badge size="xs" variant="light" color="orange.9" mr={4}>{t('git.pinned')}</Badge>}
      {state.managed && <Badge size="xs" variant="light" color="gray">{t('git.managed')}</Badge>}
    </>
  );
}

/** Of which commit a namespace is, what differs from it, what was applied; and the next: plan, apply, roll back. */
export function GitDetail({ state }: { state: GitState }) {
  const { t } = useTranslation();
  const { api, to, can } = useTenant();
  const confirm = useConfirm();
  const base = `git/${path(state.namespace)}`;
  const [plan, setPlan] = useState<string | null>(null);
  const [rollback, setRollback] = useState<string | null>(null);
  const drift = useQuery({ queryKey: [api.tenant, 'git', 'drift', state.namespace], queryFn: ({ signal }) => api.get<Change[]>(`${base}/drift`, undefined, signal) });
  const history = useQuery({ queryKey: [api.tenant, 'git', 'history', state.namespace], queryFn: ({ signal }) => api.get<Sync[]>(`${base}/history`, { limit: 20 }, signal) });
  const mayRun = can('EXECUTION_CREATE', state.flowNamespace);
  const start = useChange(
    (inputs: Record<string, string>) => {
      const form = new FormData();
      for (const [name, value] of Object.entries(inputs)) form.append(name, value);
      return api.form<Execution>(`executions/${path(state.flowNamespace, state.flowId)}`, form);
    },
    { touches: ['executions'], then: (begun) => { setRollback(null); setPlan(begun.id); } },
  );
  const change = useChange((what: 'pin' | 'managed') => api.delete(`${base}/${what}`), { done: t('git.changed'), touches: ['git'] });
  return (
    <Stack>
      <Group gap="xs">
        <Code>{state.commit}</Code><Marks state={state} />
        <TextLink to={to('executions', state.executionId)}>{t('git.lastSync')}</TextLink>
      </Group>
      <Group gap="xs">
        {mayRun && <Button size="xs" loading={start.isPending} onClick={() => start.mutate({ dryRun: 'true' })}>{t('git.plan')}</Button>}
        {mayRun && <Button size="xs" variant="default" loading={start.isPending} onClick={() => start.mutate({})}>{t('git.apply')}</Button>}
        {mayRun && <Button size="xs" variant="default" onClick={() => setRollback(history.data?.find((sync) => sync.commit !== state.commit)?.commit ?? '')}>{t('git.rollback')}</Button>}
        {state.pinned && can('FLOW_UPDATE', state.namespace) && <Button size="xs" variant="default" loading={change.isPending} onClick={() => change.mutate('pin')}>{t('git.unpin')}</Button>}
        {state.managed && can('NAMESPACE_DELETE', state.namespace) && (
          <DangerButton size="xs" loading={change.isPending} onClick={() => void confirm({ title: t('git.release'), text: t('git.releaseText'), confirm: t('git.release'), danger: true }).then((yes) => yes && change.mutate('managed'))}>{t('git.release')}</DangerButton>
        )}
      </Group>
      <div>
        <Title order={2} mb={4}>{t('git.drift')}</Title>
        <Await query={drift}>{(found) => (found.length === 0 ? <Text size="sm" c="dimmed">{t('git.noDrift')}</Text> : <Changes changes={found} />)}</Await>
      </div>
      <div>
        <Title order={2} mb={4}>{t('git.history')}</Title>
        <Await query={history}>
          {(syncs) => (
            <Table aria-label={t('git.history')}>
              <Table.Tbody>
                {syncs.map((sync) => (
                  <Table.Tr key={sync.number}>
                    <Table.Td><Time at={sync.at} /></Table.Td><Table.Td><Code>{sync.commit.slice(0, 10)}</Code></Table.Td>
                    <Table.Td><TextLink to={to('executions', sync.executionId)}>{t(`git.outcome.${sync.outcome}`, sync.outcome)}</TextLink></Table.Td>
                    <Table.Td><details><summary>{t('audit.details')}</summary><Json value={sync.report} /></details></Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )}
        </Await>
      </div>
      {plan && <Run executionId={plan} onClose={() => setPlan(null)} />}
      {rollback !== null && (
        <FormDialog title={t('git.rollback')} submit={t('git.rollback')} busy={start.isPending} disabled={!rollback} onSubmit={() => start.mutate({ commit: rollback })} onClose={() => setRollback(null)}>
          <Text size="sm">{t('git.rollbackText')}</Text>
          <TextInput data-autofocus required label={t('git.commit')} value={rollback} onChange={(e) => setRollback(e.currentTarget.value)} className="mr-mono" />
        </FormDialog>
      )}
    </Stack>
  );
}

/** A run of the flow that keeps the namespace: what it changed or, of a dry run, would change. */
function Run({ executionId, onClose }: { executionId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { api, to } = useTenant();
  const execution = useQuery({
    queryKey: [api.tenant, 'executions', 'git', executionId],
    queryFn: ({ signal }) => api.get<Execution>(`executions/${executionId}`, { taskRuns: false }, signal),
    refetchInterval: (query) => (query.state.data && isTerminal(query.state.data.state.current) ? false : 1_000),
  });
  const over = execution.data !== undefined && isTerminal(execution.data.state.current);
  const queries = useQueryClient();
  useEffect(() => {
    if (over) void queries.invalidateQueries({ queryKey: [api.tenant, 'git'] });
  }, [over, queries, api.tenant]);
  const changes = useQuery({
    queryKey: [api.tenant, 'git', 'plan', executionId],
    queryFn: async ({ signal }) => {
      const runs = await api.get<Page<TaskRun>>(`executions/${executionId}/taskruns`, { hasOutputs: true, size: 50 }, signal);
      const uris = runs.results.flatMap(({ outputs }) => (typeof outputs?.['changes'] === 'string' ? [outputs['changes']] : []));
      const files = await Promise.all(uris.map((uri) => api.text(`executions/${executionId}/file`, { path: uri })));
      return files.flatMap((file) => file.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Change)).filter((change) => change.action !== 'unchanged');
    },
    enabled: over,
  });
  return (
    <Dialog onClose={onClose} size="lg" title={t('git.result')}>
      <Stack>
        <Group>
          {execution.data && <StateBadge state={execution.data.state.current} />}
          <Anchor component={Link} to={to('executions', executionId, 'logs')}>{t('executions.seeLog')}</Anchor>
        </Group>
        {execution.data?.state.current === 'FAILED' && <Alert color="red" variant="light" styles={{ message: { color: 'var(--mantine-color-text)' } }}>{t('git.failed')}</Alert>}
        {!over ? <Waiting /> : <Await query={changes}>{(all) => (all.length === 0 ? <Text size="sm">{t('git.noChange')}</Text> : <Changes changes={all} />)}</Await>}
      </Stack>
    </Dialog>
  );
}

function Changes({ changes }: { changes: readonly Change[] }) {
  const { t } = useTranslation();
  return (
    <Table aria-label={t('git.changes')}>
      <Table.Tbody>
        {changes.map((change, i) => {
          const what = change.what ?? change.action ?? '';
          return (
            <Table.Tr key={i}>
              <Table.Td w={120}>{t(`git.what.${what}`, what)}</Table.Td><Table.Td w={90}>{t(`git.kind.${change.kind}`, change.kind)}</Table.Td>
              <Table.Td className="mr-mono">{change.namespace} / {change.id}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
