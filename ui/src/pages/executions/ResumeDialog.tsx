// SPDX-License-Identifier: Apache-2.0
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Execution } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { Await } from '../../components/basics';
import { begin } from '../../components/begin';
import { Dialog } from '../../components/Dialog';
import { formOf, InputsForm, type InputValues } from '../../components/InputsForm';
import { useInputChecks } from '../../components/useInputChecks';
import { ReviewForm } from './ReviewForm';
import { nameOf } from './taskRuns';
import { isReview, useWaiting, type Waiting } from './waiting';

/** Lets a paused execution go on: with what the paused task asks for, or by a decision. */
export function ResumeDialog({ execution, onClose }: { execution: Execution; onClose: () => void }) {
  const { t } = useTranslation();
  const waiting = useWaiting(execution);
  const [chosen, setChosen] = useState<string | null>(null);
  const all = waiting.data ?? [];
  const one = all.find(({ run }) => run.id === chosen) ?? all[0];
  const title = one && isReview(one) ? 'review.title' : 'resume.title';
  return (
    <Dialog onClose={onClose} title={t(title, { task: one?.run.taskId ?? '' })}>
      <Await query={waiting}>
        {() => (
          <Stack>
            {all.length > 1 && one && <Select label={t('review.which')} allowDeselect={false} data={all.map(({ run }) => ({ value: run.id, label: nameOf(run) }))} value={one.run.id} onChange={setChosen} />}
            {one && isReview(one) ? <ReviewForm key={one.run.id} execution={execution} waiting={one} onClose={onClose} /> : <Resume key={one?.run.id} execution={execution} waiting={one} onClose={onClose} />}
          </Stack>
        )}
      </Await>
    </Dialog>
  );
}

function Resume({ execution, waiting: paused, onClose }: { execution: Execution; waiting: Waiting | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const [values, setValues] = useState<InputValues>({});
  const place = `executions/${execution.id}/resume`;
  const of = { taskRunId: paused?.run.id };
  const inputs = paused?.task?.inputs ?? [];
  const { checks, waiting } = useInputChecks(place, values, inputs.length > 0, of);
  const resume = useChange(() => api.form<Execution>(place, formOf(values), of), { touches: ['executions'], then: onClose });
  return (
    <Stack ref={begin}>
      {inputs.length > 0 ? <InputsForm inputs={inputs} values={values} onChange={setValues} checks={checks} waiting={waiting} /> : <Text size="sm">{t('resume.text')}</Text>}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
        <Button data-autofocus loading={resume.isPending} onClick={() => resume.mutate(undefined)}>{t('executions.action.resume')}</Button>
      </Group>
    </Stack>
  );
}
