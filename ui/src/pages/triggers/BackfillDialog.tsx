// SPDX-License-Identifier: Apache-2.0
import { Button, Group, NumberInput, Progress, Stack, Text, TextInput, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DangerButton } from '../../components/DangerButton';
import { path } from '../../api/client';
import type { Backfill, FlowForExecution, Page, TriggerState } from '../../api/types';
import { useTenant } from '../../app/context';
import { formatInstant, instantOf, localOf } from '../../app/format';
import { useChange } from '../../app/hooks';
import { Await, StateBadge, TextLink } from '../../components/basics';
import { Dialog } from '../../components/Dialog';
import { InputsForm, type InputValues } from '../../components/InputsForm';
import { labelsOf, LabelsInput } from '../../components/LabelsInput';
import { useInputChecks } from '../../components/useInputChecks';

interface BackfillDate {
  date?: string;
  at?: string;
  executionId?: string;
  state: string;
}

/** So many dates of a backfill are shown at first, and more at each request. */
const DATES = 50;

function localNow(shiftDays: number): string {
  return localOf(new Date(Date.now() + shiftDays * 86_400_000)).slice(0, 16);
}

/** Starts a backfill, or shows how the one that runs gets on. */
export function BackfillDialog({ trigger, onClose }: { trigger: TriggerState; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const { namespace, flowId, triggerId } = trigger;
  const base = `triggers/${path(namespace, flowId, triggerId)}`;
  const all = useQuery({
    queryKey: [api.tenant, 'triggers', 'backfills', namespace, flowId, triggerId],
    queryFn: () => api.get<Backfill[]>(`${base}/backfills`),
    refetchInterval: 2_000,
  });
  const act = useChange((action: 'pause' | 'unpause' | 'delete') => (action === 'delete' ? api.post('triggers/backfill/delete', { namespace, flowId, triggerId }) : api.put(`triggers/backfill/${action}`, { namespace, flowId, triggerId })), { touches: ['triggers'] });
  const active = all.data?.find((one) => !one.endedDate);
  return (
    <Dialog onClose={onClose} size="lg" title={t('backfill.title', { id: triggerId })}>
      <Await query={all}>
        {(backfills) => (
          <Stack>
            {active ? (
              <Group justify="flex-end">
                <Button variant="default" disabled={act.isPending} onClick={() => act.mutate(active.paused ? 'unpause' : 'pause')}>{t(active.paused ? 'executions.action.resume' : 'executions.action.pause')}</Button>
                <DangerButton disabled={act.isPending} onClick={() => act.mutate('delete')}>{t('backfill.cancel')}</DangerButton>
              </Group>
            ) : (
              <BackfillForm trigger={trigger} />
            )}
            {backfills.map((backfill) => <BackfillProgress key={backfill.id} base={base} backfill={backfill} />)}
          </Stack>
        )}
      </Await>
    </Dialog>
  );
}

function BackfillForm({ trigger }: { trigger: TriggerState }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const { namespace, flowId, triggerId } = trigger;
  const [start, setStart] = useState(() => localNow(-7));
  const [end, setEnd] = useState(() => localNow(0));
  const [concurrency, setConcurrency] = useState<number | string>(1);
  const [labels, setLabels] = useState<string[]>([]);
  const [values, setValues] = useState<InputValues>({});
  const flow = useQuery({ queryKey: [api.tenant, 'flows', 'to-run', namespace, flowId], queryFn: () => api.get<FlowForExecution>(`executions/flows/${path(namespace, flowId)}`) });
  const inputs = flow.data?.inputs.filter((input) => input.type !== 'FILE') ?? [];
  const { checks, waiting } = useInputChecks(`executions/${path(namespace, flowId)}`, values, inputs.length > 0);
  const begin = useChange(
    () =>
      api.put('triggers', {
        namespace, flowId, triggerId,
        backfill: {
          start: instantOf(start), end: instantOf(end), concurrency: Number(concurrency), inputs: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && !(value instanceof File))),
          labels: labelsOf(labels),
        },
      }),
    { done: t('backfill.begun'), touches: ['triggers'] },
  );
  return (
    <form onSubmit={(event) => { event.preventDefault(); begin.mutate(undefined); }}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">{t('backfill.text')}</Text>
        <Group grow>
          <TextInput type="datetime-local" required label={t('backfill.start')} value={start} onChange={(e) => setStart(e.currentTarget.value)} />
          <TextInput type="datetime-local" required label={t('backfill.end')} value={end} onChange={(e) => setEnd(e.currentTarget.value)} error={end <= start ? t('backfill.order') : undefined} />
        </Group>
        <NumberInput label={t('backfill.concurrency')} min={1} max={100} value={concurrency} onChange={setConcurrency} />
        <LabelsInput value={labels} onChange={setLabels} />
        {inputs.length > 0 && <InputsForm inputs={inputs} values={values} onChange={setValues} checks={checks} waiting={waiting} />}
        <Group justify="flex-end"><Button type="submit" loading={begin.isPending} disabled={end <= start}>{t('backfill.begin')}</Button></Group>
      </Stack>
    </form>
  );
}

function BackfillProgress({ base, backfill }: { base: string; backfill: Backfill }) {
  const { t, i18n } = useTranslation();
  const { api, to } = useTenant();
  const [open, setOpen] = useState(!backfill.endedDate);
  const [shown, setShown] = useState(DATES);
  const dates = useQuery({
    queryKey: [api.tenant, 'triggers', 'backfill-dates', base, backfill.id, backfill.done, shown],
    queryFn: ({ signal }) => api.get<Page<BackfillDate>>(`${base}/backfills/${encodeURIComponent(backfill.id)}/dates`, { size: shown }, signal),
    enabled: open,
    // it is read again as it gets on
    placeholderData: keepPreviousData,
  });
  return (
    <div className="mr-card" style={{ padding: 12 }}>
      <Group justify="space-between">
        <Title order={3}>{formatInstant(backfill.start, i18n.language, false)} – {formatInstant(backfill.end, i18n.language, false)}</Title>
        <Button size="compact-xs" variant="default" onClick={() => setOpen(!open)} aria-expanded={open}>{t('backfill.dates')}</Button>
      </Group>
      <Progress my={6} value={(100 * backfill.done) / Math.max(1, backfill.total)} aria-label={t('triggers.backfill')} />
      <Text size="sm" data-backfill-done={backfill.done}>{t('triggers.progress', { done: backfill.done, total: backfill.total })}{backfill.paused ? ` · ${t('state.PAUSED')}` : ''} · {Object.entries(backfill.states).map(([state, count]) => `${t(`state.${state}`, state)}: ${count}`).join(', ')}</Text>
      {open && (
        <Await query={dates}>
          {({ results, total }) => (
            <Stack gap={4} mt="xs">
              {results.map((one, i) => (
                <Group key={i} gap="sm">
                  <Text size="sm" className="mr-mono">{formatInstant(one.date ?? one.at, i18n.language)}</Text><StateBadge state={one.state} />
                  {one.executionId && <Text size="sm"><TextLink to={to('executions', one.executionId)} mono>{one.executionId.slice(0, 8)}</TextLink></Text>}
                </Group>
              ))}
              {total > results.length && <Group><Button size="compact-xs" variant="default" loading={dates.isFetching} onClick={() => setShown(shown + DATES)}>{t('backfill.more', { shown: results.length, total })}</Button></Group>}
            </Stack>
          )}
        </Await>
      )}
    </div>
  );
}
