// SPDX-License-Identifier: Apache-2.0
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Execution, Question } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { Await, Time } from '../../components/basics';
import { begin } from '../../components/begin';
import { formOf, InputsForm, type InputValues } from '../../components/InputsForm';
import { useInputChecks } from '../../components/useInputChecks';
import type { Waiting } from './waiting';

type Decision = 'APPROVE' | 'DENY';

/** Approves or denies, with what the approval asks for. */
export function ReviewForm({ execution, waiting: { run, task }, onClose }: { execution: Execution; waiting: Waiting; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const [values, setValues] = useState<InputValues>({});
  const [comment, setComment] = useState('');
  const base = `executions/${execution.id}`;
  const question = useQuery({
    queryKey: [api.tenant, 'executions', 'review', run.id],
    queryFn: () => api.get<Question>(`${base}/actions/review/allowed`, { taskRunId: run.id }),
    retry: false,
  });
  const inputs = task?.inputs ?? [];
  const { checks, waiting } = useInputChecks(`${base}/resume`, values, inputs.length > 0, { taskRunId: run.id });
  const review = useChange((decision: Decision) => api.form<Execution>(`${base}/actions/review`, formOf({ ...values, comment: comment.trim() }), { taskRunId: run.id, decision }), { touches: ['executions'], then: onClose });
  return (
    <Await query={question}>
      {({ allowed, reason, approve, deny, commentRequired, due }) => {
        const required: Record<Decision, boolean> = {
          APPROVE: commentRequired === 'ALWAYS' || commentRequired === 'ON_APPROVE',
          DENY: commentRequired === 'ALWAYS' || commentRequired === 'ON_DENY',
        };
        const hint = commentRequired === 'ON_DENY' ? t('review.commentTo', { decision: deny }) : commentRequired === 'ON_APPROVE' ? t('review.commentTo', { decision: approve }) : undefined;
        const button = (decision: Decision, label: string) => (
          <Button
            variant={decision === 'APPROVE' ? 'filled' : 'default'} disabled={!allowed || (required[decision] && !comment.trim()) || (review.isPending && review.variables !== decision)}
            loading={review.isPending && review.variables === decision} onClick={() => review.mutate(decision)}
          >
            {label}
          </Button>
        );
        return (
          <Stack ref={begin}>
            {due && <Text size="sm" c="dimmed">{t('review.due')} <Time at={due} /></Text>}
            {!allowed && <Text size="sm" role="alert">{reason}</Text>}
            {inputs.length > 0 && <InputsForm inputs={inputs} values={values} onChange={setValues} checks={checks} waiting={waiting} />}
            <Textarea label={t('review.comment')} data-autofocus description={hint} required={commentRequired === 'ALWAYS'} maxLength={4096} autosize minRows={2} maxRows={10} value={comment} onChange={(e) => setComment(e.currentTarget.value)} />
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
              {button('DENY', deny)}
              {button('APPROVE', approve)}
            </Group>
          </Stack>
        );
      }}
    </Await>
  );
}
