// SPDX-License-Identifier: Apache-2.0
import { Alert, Button, Group, Select, Stack, Text, Title } from '@mantine/core';
import { IconPlayerPlay, IconPlayerTrackNext } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { path } from '../../api/client';
import { isTerminal, type Branch, type Execution, type FlowForExecution, type LogLine, type Page } from '../../api/types';
import { useTenant } from '../../app/context';
import { formatInstant } from '../../app/format';
import { useChange } from '../../app/hooks';
import { Await, Empty, StateBadge, TextLink } from '../../components/basics';
import { SidePanel } from '../../components/Dialog';
import { formOf, InputsForm, type InputValues } from '../../components/InputsForm';
import { useInputChecks } from '../../components/useInputChecks';
import { FlowSource } from '../../editor/flowDocument';
import { OutputTree } from '../executions/OutputTree';
import { ofTaskRuns, useOutline, useTaskRun } from '../executions/taskRuns';
import { useExecution } from '../executions/useExecution';

/** As many former runs are offered. */
const OFFERED = 10;

interface Props {
  namespace: string;
  flowId: string;
  /** As it stands in the editor. */
  text: string;
  dirty: boolean;
  /** Saves what is in the editor. @returns the revision that it has become; nothing if somebody was faster */
  save: () => Promise<number | null>;
  revision: number;
  onClose: () => void;
}

/** Runs one task of a flow that is being written, with the outputs of a former run. */
export function Playground({ namespace, flowId, text, dirty, save, revision, onClose }: Props) {
  const { t, i18n } = useTranslation();
  const { api, to } = useTenant();
  const tasks = useMemo(() => {
    const written = new FlowSource(text).value()['tasks'];
    return Array.isArray(written) ? written.map((task) => String((task as { id?: unknown } | null)?.id ?? '')).filter(Boolean) : [];
  }, [text]);
  const [picked, setPicked] = useState<string | null>(null);
  const task = picked && tasks.includes(picked) ? picked : (tasks[0] ?? null);
  const next = task ? tasks[tasks.indexOf(task) + 1] : undefined;
  const [shown, setShown] = useState<{ execution: string; task: string } | null>(null);
  const [chosen, setChosen] = useState<string | null>();
  const [values, setValues] = useState<InputValues>({});
  const runs = useQuery({
    queryKey: [api.tenant, 'executions', 'playground', namespace, flowId],
    queryFn: async ({ signal }) => {
      const search = (kind?: string) => api.get<Page<Execution>>('executions/search', { 'filters[namespace][EQUALS]': namespace, flowId, kind, size: OFFERED, taskRuns: false, count: false, sort: 'state.startDate:desc' }, signal);
      const [tried, ran] = await Promise.all([search('PLAYGROUND'), search()]);
      return [...tried.results, ...ran.results.filter((one) => !tried.results.some((other) => other.id === one.id))];
    },
  });
  // what was run last here is what the next task goes on from
  const former = chosen === undefined ? (shown?.execution ?? runs.data?.[0]?.id ?? null) : chosen;
  const place = useOutline(former ?? '', { taskId: task, parentTaskRunId: 'NONE', size: 1 }, former !== null && task !== null);
  const from = former === null ? undefined : place.data?.results[0]?.taskRun;
  const missing = former !== null && place.data !== undefined && !place.isPlaceholderData && !from;
  const flow = useQuery({
    queryKey: [api.tenant, 'flows', 'to-run', namespace, flowId],
    queryFn: () => api.get<FlowForExecution>(`executions/flows/${path(namespace, flowId)}`),
  });
  const inputs = flow.data?.inputs ?? [];
  const asks = former === null && inputs.length > 0;
  const { checks, waiting } = useInputChecks(`executions/${path(namespace, flowId)}`, values, asks);
  const run = useChange(
    async () => {
      const saved = dirty ? await save() : revision;
      if (saved === null || task === null) return null;
      const breakpoints = next;
      const begun = from
        ? await api.post<Execution>(`executions/${former ?? ''}/replay`, undefined, { taskRunId: from.id, revision: saved, breakpoints, kind: 'PLAYGROUND' })
        : await api.form<Execution>(`executions/${path(namespace, flowId)}`, formOf(values), { kind: 'PLAYGROUND', revision: saved, breakpoints });
      return { execution: begun.id, task };
    },
    { touches: ['executions'], then: (begun) => { if (begun) { setShown(begun); setChosen(undefined); } } },
  );

  return (
    <SidePanel
      opened onClose={onClose} position="right" size="lg" title={t('playground.title')} withOverlay={false} lockScroll={false} trapFocus={false} closeOnClickOutside={false}
      styles={{ inner: { left: 'auto' } }}
    >
      <Stack>
        <Text size="sm" c="dimmed">{t('playground.text')}</Text>
        <Select label={t('playground.task')} data={tasks} value={task} allowDeselect={false} onChange={setPicked} />
        <Select
          label={t('playground.former')} value={former ?? ''} allowDeselect={false} onChange={(value) => setChosen(value || null)}
          data={[
            { value: '', label: t('playground.fromStart') },
            ...(shown && !runs.data?.some((one) => one.id === shown.execution) ? [{ value: shown.execution, label: shown.execution }] : []),
            ...(runs.data ?? []).map((one) => ({ value: one.id, label: `${formatInstant(one.state.startDate, i18n.language)} · ${t(`state.${one.state.current}`)} · r${one.flowRevision}` })),
          ]}
        />
        {missing && <Alert color="orange" variant="light">{t('playground.notReached')}</Alert>}
        {asks && <InputsForm inputs={inputs} values={values} onChange={setValues} checks={checks} waiting={waiting} />}
        <Group>
          <Button leftSection={<IconPlayerPlay size={16} />} loading={run.isPending} disabled={!task || missing || (former !== null && !from)} onClick={() => run.mutate(undefined)}>
            {t(dirty ? 'playground.saveAndRun' : 'playground.run')}
          </Button>
          {next && shown && <Button variant="default" leftSection={<IconPlayerTrackNext size={16} />} onClick={() => setPicked(next)}>{t('playground.next')}</Button>}
        </Group>
        {shown && <Tried key={`${shown.execution}/${shown.task}`} execution={shown.execution} task={shown.task} link={to('executions', shown.execution)} />}
      </Stack>
    </SidePanel>
  );
}

/** What came of it: how the task stands, its outputs and its log. */
function Tried({ execution: id, task, link }: { execution: string; task: string; link: string }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const execution = useExecution(id);
  const state = execution.data?.state.current;
  const stands = state !== undefined && (isTerminal(state) || state === 'BREAKPOINT' || state === 'PAUSED');
  const branches = useQuery({
    queryKey: [...ofTaskRuns(api.tenant, id), 'playground', task],
    queryFn: ({ signal }) => api.get<Page<Branch>>(`executions/${id}/taskruns/outline`, { taskId: task, parentTaskRunId: 'NONE', size: 1 }, signal),
  });
  const taskRun = branches.data?.results[0]?.taskRun;
  const whole = useTaskRun(id, taskRun?.id);
  const lines = useQuery({
    queryKey: [...ofTaskRuns(api.tenant, id), 'playground-log', task, taskRun?.state.current],
    queryFn: ({ signal }) => api.get<LogLine[]>(`logs/${id}`, { taskId: task }, signal),
    enabled: taskRun !== undefined,
    placeholderData: (before) => before,
  });
  return (
    <Stack gap="xs" className="mr-card" p="md" data-tried={task} data-state={taskRun?.state.current} data-stands={stands || undefined}>
      <Group gap="xs">
        <Title order={2} className="mr-mono">{task}</Title>
        {taskRun && <StateBadge state={taskRun.state.current} />}
        <TextLink to={link}>{t('common.execution')}</TextLink>
      </Group>
      {execution.data?.error && <Text size="sm" c="var(--mr-failed)">{execution.data.error}</Text>}
      <Text fw={600} size="sm">{t('playground.outputs')}</Text>
      {whole?.outputs && Object.keys(whole.outputs).length > 0 ? <OutputTree executionId={id} value={whole.outputs} /> : <Text size="sm" c="dimmed">{t('playground.noOutputs')}</Text>}
      <Text fw={600} size="sm">{t('playground.log')}</Text>
      <Await query={lines}>
        {(log) => (log.length === 0 ? <Empty title={t('logs.none')} /> : <pre className="mr-json" style={{ maxHeight: '30dvh', overflow: 'auto' }} tabIndex={0}>{log.map((line) => line.message).join('\n')}</pre>)}
      </Await>
    </Stack>
  );
}
