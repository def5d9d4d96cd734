// SPDX-License-Identifier: Apache-2.0
import { Accordion, Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { path } from '../../api/client';
import { randomId } from '../../api/ids';
import type { Execution, FlowForExecution } from '../../api/types';
import { useTenant } from '../../app/context';
import { instantOf } from '../../app/format';
import { useChange } from '../../app/hooks';
import { Await, CopyButton } from '../../components/basics';
import { begin } from '../../components/begin';
import { Dialog } from '../../components/Dialog';
import { formOf, InputsForm, NoInputs, type InputValues } from '../../components/InputsForm';
import { LabelsInput } from '../../components/LabelsInput';
import { useInputChecks } from '../../components/useInputChecks';

interface Props {
  namespace: string;
  flowId: string;
  onClose: () => void;
}

/** Asks for the inputs of a flow and starts it. */
export function RunDialog({ namespace, flowId, onClose }: Props) {
  const { t } = useTranslation();
  const { api, to } = useTenant();
  const navigate = useNavigate();
  const [values, setValues] = useState<InputValues>({});
  const [labels, setLabels] = useState<string[]>([]);
  const [date, setDate] = useState('');
  // one start for one opened dialogue, however often the button is pressed or the request is sent
  const [key] = useState(randomId);
  const flow = useQuery({
    queryKey: [api.tenant, 'flows', 'to-run', namespace, flowId],
    queryFn: () => api.get<FlowForExecution>(`executions/flows/${path(namespace, flowId)}`),
    staleTime: 0,
  });
  const { messages, ...checked } = useInputChecks(`executions/${path(namespace, flowId)}`, values, (flow.data?.inputs.length ?? 0) > 0);
  const start = useChange(
    () => {
      const query = { labels, scheduleDate: date ? instantOf(date) : undefined };
      return api.form<Execution>(`executions/${path(namespace, flowId)}`, formOf(values), query, { 'Idempotency-Key': key });
    },
    { touches: ['executions'], then: (execution) => void navigate(to('executions', execution.id)) },
  );
  const curl = [`curl -H "Authorization: Bearer $TOKEN"`, ...Object.entries(values).map(([id, value]) => `-F ${id}=${value instanceof File ? '@' + value.name : JSON.stringify(value ?? '')}`), `${window.location.origin}${api.url(`executions/${path(namespace, flowId)}`)}`].join(' ');

  return (
    <Dialog onClose={onClose} size="lg" title={t('run.title', { id: flowId })}>
      <Await query={flow}>
        {(loaded) => (
          <form ref={begin} onSubmit={(event) => { event.preventDefault(); start.mutate(undefined); }}>
            <Stack>
              {loaded.disabled && <Alert color="orange" variant="light">{t('run.disabled')}</Alert>}
              {loaded.inputs.length > 0 ? <InputsForm inputs={loaded.inputs} values={values} onChange={setValues} {...checked} /> : <NoInputs />}
              {messages.map((check, i) => (
                <Alert key={i} variant="light" color={{ ERROR: 'red', WARNING: 'orange', SUCCESS: 'green' }[check.style] ?? 'blue'}>{check.message}</Alert>
              ))}
              <Accordion variant="contained" chevronPosition="left">
                <Accordion.Item value="more">
                  <Accordion.Control><Text size="sm">{t('run.more')}</Text></Accordion.Control>
                  <Accordion.Panel>
                    <Stack gap="sm">
                      <LabelsInput value={labels} onChange={setLabels} />
                      <TextInput type="datetime-local" label={t('run.later')} description={t('run.laterHint')} value={date} onChange={(e) => setDate(e.currentTarget.value)} />
                      <Group justify="space-between" align="flex-start"><Text size="sm" fw={500}>{t('run.curl')}</Text><CopyButton value={curl} /></Group>
                      <pre className="mr-json">{curl}</pre>
                    </Stack>
                  </Accordion.Panel>
                </Accordion.Item>
              </Accordion>
              <Group justify="flex-end">
                <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
                <Button type="submit" data-autofocus leftSection={<IconPlayerPlay size={16} />} loading={start.isPending} disabled={loaded.disabled}>{t('flows.execute')}</Button>
              </Group>
            </Stack>
          </form>
        )}
      </Await>
    </Dialog>
  );
}
