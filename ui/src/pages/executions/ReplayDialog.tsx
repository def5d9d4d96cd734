// SPDX-License-Identifier: Apache-2.0
import { Button, Group, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { path } from '../../api/client';
import type { Execution, FlowForExecution } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { begin } from '../../components/begin';
import { Dialog } from '../../components/Dialog';
import { formOf, InputsForm, type InputValues } from '../../components/InputsForm';
import { useInputChecks } from '../../components/useInputChecks';
import { TaskRunSelect } from './TaskRunSelect';
import { useFirstFailure } from './taskRuns';

/** Runs an execution again: whole or from one of its tasks, with its revision or the newest, with its inputs or others. */
export function ReplayDialog({ execution, onClose }: { execution: Execution; onClose: () => void }) {
  const { t } = useTranslation();
  const { api, to } = useTenant();
  const navigate = useNavigate();
  const failed = useFirstFailure(execution);
  const [chosen, setChosen] = useState<string | null>();
  const from = chosen === undefined ? (failed?.id ?? null) : chosen;
  const [newest, setNewest] = useState(true);
  const [other, setOther] = useState(false);
  const [values, setValues] = useState<InputValues>({});
  const flow = useQuery({
    queryKey: [api.tenant, 'flows', 'to-run', execution.namespace, execution.flowId],
    queryFn: () => api.get<FlowForExecution>(`executions/flows/${path(execution.namespace, execution.flowId)}`),
  });
  const { checks, waiting } = useInputChecks(`executions/${path(execution.namespace, execution.flowId)}`, values, other && flow.data !== undefined);
  const replay = useChange(
    () => {
      const query = { taskRunId: from, revision: newest ? flow.data?.revision : execution.flowRevision };
      return other
        ? api.form<Execution>(`executions/${execution.id}/replay-with-inputs`, formOf(values), query)
        : api.post<Execution>(`executions/${execution.id}/replay`, undefined, query);
    },
    { done: t('executions.replayed'), touches: ['executions'], then: (begun) => { onClose(); void navigate(to('executions', begun.id)); } },
  );
  return (
    <Dialog onClose={onClose} title={t('replay.title')} size="lg">
      <Stack>
        <Text size="sm" c="dimmed">{t('replay.text')}</Text>
        <TaskRunSelect executionId={execution.id} label={t('replay.from')} placeholder={t('replay.start')} value={from} onChange={setChosen} />
        {flow.data && flow.data.revision !== execution.flowRevision && (
          <Switch label={t('replay.newest', { newest: flow.data.revision, own: execution.flowRevision })} checked={newest} onChange={(e) => setNewest(e.currentTarget.checked)} />
        )}
        {(flow.data?.inputs.length ?? 0) > 0 && <Switch label={t('replay.other')} checked={other} onChange={(e) => setOther(e.currentTarget.checked)} />}
        {other && flow.data && <InputsForm inputs={flow.data.inputs.map((input) => ({ ...input, prefill: execution.inputs?.[input.id] ?? input.prefill }))} values={values} onChange={setValues} checks={checks} waiting={waiting} />}
        <Group justify="flex-end" ref={flow.isPending ? undefined : begin}>
          <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
          <Button data-autofocus loading={replay.isPending} disabled={flow.isPending} onClick={() => replay.mutate(undefined)}>{t('executions.action.replay')}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
