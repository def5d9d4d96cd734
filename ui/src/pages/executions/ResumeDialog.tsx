// SPDX-License-Identifier: Apache-2.0
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Execution, FlowForExecution, TaskOutline } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { Await } from '../../components/basics';
import { formOf, InputsForm, type InputValues } from '../../components/InputsForm';
import { useInputChecks } from '../../components/useInputChecks';
import { useOutline } from './taskRuns';

function find(tasks: readonly TaskOutline[] | undefined, id: string): TaskOutline | undefined {
  for (const task of tasks ?? []) {
    const found = task.id === id ? task : find(task.tasks, id);
    if (found) return found;
  }
  return undefined;
}

/** Lets a paused execution go on, with what the paused task asks for. */
export function ResumeDialog({ execution, onClose }: { execution: Execution; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const [values, setValues] = useState<InputValues>({});
  const { data: standing } = useOutline(execution.id, { state: 'PAUSED', size: 1 });
  const paused = standing?.results[0]?.taskRun;
  const flow = useQuery({
    queryKey: [api.tenant, 'executions', 'flow', execution.id],
    queryFn: () => api.get<FlowForExecution>(`executions/${execution.id}/flow`),
    staleTime: Infinity,
  });
  const task = paused && flow.data ? find([...flow.data.tasks, ...(flow.data.errors ?? []), ...(flow.data.finally ?? [])], paused.taskId) : undefined;
  const { checks, waiting } = useInputChecks(`executions/${execution.id}/resume`, values, (task?.inputs?.length ?? 0) > 0);
  const resume = useChange(() => api.form<Execution>(`executions/${execution.id}/resume`, formOf(values), { taskRunId: paused?.id }), { touches: ['executions'], then: onClose });
  return (
    <Modal opened onClose={onClose} title={t('resume.title', { task: paused?.taskId ?? '' })} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Await query={flow}>
        {() => (
          <Stack>
            {task?.inputs?.length ? <InputsForm inputs={task.inputs} values={values} onChange={setValues} checks={checks} waiting={waiting} /> : <Text size="sm">{t('resume.text')}</Text>}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
              <Button data-autofocus loading={resume.isPending} onClick={() => resume.mutate(undefined)}>{t('executions.action.resume')}</Button>
            </Group>
          </Stack>
        )}
      </Await>
    </Modal>
  );
}
