// SPDX-License-Identifier: Apache-2.0
import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Execution, TaskRun } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';

const TARGETS = ['SUCCESS', 'WARNING', 'FAILED', 'KILLED', 'CANCELLED'];

/** Sets the state of a task run, or without one of the whole execution. */
export function SetTaskState({ execution, run, onClose }: { execution: Execution; run?: TaskRun; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const [state, setState] = useState<string | null>('SUCCESS');
  const set = useChange(
    () =>
      run
        ? api.post<Execution>(`executions/${execution.id}/state`, { taskRunId: run.id, state })
        : api.post<Execution>(`executions/${execution.id}/change-status`, undefined, { status: state }),
    { done: t('executions.stateSet'), touches: ['executions'], then: onClose },
  );
  return (
    <Modal opened onClose={onClose} title={t('executions.setState')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Stack>
        <Text size="sm">{t(run ? 'executions.setTaskStateText' : 'executions.setStateText', { task: run?.taskId })}</Text>
        <Select data-autofocus label={t('common.state')} allowDeselect={false} data={TARGETS.map((one) => ({ value: one, label: t(`state.${one}`) }))} value={state} onChange={setState} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
          <Button loading={set.isPending} onClick={() => set.mutate(undefined)}>{t('executions.setState')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
