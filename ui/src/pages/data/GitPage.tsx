// SPDX-License-Identifier: Apache-2.0
import { Alert, Anchor, Badge, Button, Code, Drawer, Group, Modal, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { DangerButton } from '../../components/DangerButton';
import { path } from '../../api/client';
import { isTerminal, type Execution, type Page, type TaskRun } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { useFilters } from '../../app/url';
import { Await, Empty, Json, PageHeader, PageTitle, StateBadge, TextLink, Time, Waiting } from '../../components/basics';
import { useConfirm } from '../../components/confirm';
import { FormDialog } from '../../components/FormDialog';

interface GitState {
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

/** Namespaces that come from Git: of which commit they are, what is different, and what a sync would do. */
export default function GitPage() {
  const { t } = useTranslation();
  const { api, to } = useTenant();
  const filters = useFilters();
  const states = useQuery({ queryKey: [api.tenant, 'git', 'list'], queryFn: ({ signal }) => api.get<GitState[]>('git', undefined, signal) });
  const open = states.data?.find((state) => state.namespace === filters.get('namespace'));
  return (
    <>
      <PageTitle title={t('nav.git')} />
      <PageHeader title={t('nav.git')} sub={t('git.sub')} />
      <Await query={states}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={t('git.none')}>{t('git.noneText')} <Code>io.millrace.plugin.git.Sync</Code></Empty>
          ) : (
            <div className="mr-table-wrap">
              <Table aria-label={t('nav.git')}>
                <Table.Thead><Table.Tr><Table.Th>{t('common.namespace')}</Table.Th><Table.Th>{t('git.repository')}</Table.Th><Table.Th>{t('git.commit')}</Table.Th><Table.Th>{t('metrics.at')}</Table.Th><Table.Th>{t('git.by')}</Table.Th></Table.Tr></Table.Thead>
                <Table.Tbody>
                  {all.map((state) => (
                    <Table.Tr key={state.namespace}>
                      <Table.Td><Button variant="transparent" p={0} h="auto" className="mr-mono" onClick={() => filters.set({ namespace: state.namespace })}>{state.namespace}</Button></Table.Td>
                      <Table.Td>{state.url}<Text size="xs" c="dimmed">{state.branch}</Text></Table.Td>
                      <Table.Td><Code>{state.commit.slice(0, 10)}</Code> <Marks state={state} /></Table.Td>
                      <Table.Td><Time at={state.at} /></Table.Td>
                      <Table.Td><TextLink to={to('flows', state.flowNamespace, state.flowId)}>{state.flowId}</TextLink></Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </div>
          )
        }
      </Await>
      <Drawer opened={open !== undefined} onClose={() => filters.set({ namespace: null })} size="xl" title={open?.namespace} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {open && <Detail state={open} key={open.namespace} />}
      </Drawer>
    </>
  );
}

function Marks({ state }: { state: GitState }) {
  const { t } = useTranslation();
  return (
    <>
      {state.pinned && <Badge size="xs" variant="light" color="orange.9" mr={4}>{t('git.pinned')}</Badge>}
      {state.managed && <Badge size="xs" variant="light" color="gray">{t('git.managed')}</Badge>}
    </>
  );
}

function Detail({ state }: { state: GitState }) {
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
                    <Table.Td><TextLink to={to('executions', sync.executionId)}>{sync.outcome}</TextLink></Table.Td>
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
    <Modal opened onClose={onClose} size="lg" title={t('git.result')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Stack>
        <Group>
          {execution.data && <StateBadge state={execution.data.state.current} />}
          <Anchor component={Link} to={to('executions', executionId, 'logs')}>{t('executions.seeLog')}</Anchor>
        </Group>
        {execution.data?.state.current === 'FAILED' && <Alert color="red" variant="light" styles={{ message: { color: 'var(--mantine-color-text)' } }}>{t('git.failed')}</Alert>}
        {!over ? <Waiting /> : <Await query={changes}>{(all) => (all.length === 0 ? <Text size="sm">{t('git.noChange')}</Text> : <Changes changes={all} />)}</Await>}
      </Stack>
    </Modal>
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
