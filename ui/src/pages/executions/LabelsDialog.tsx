// SPDX-License-Identifier: Apache-2.0
import { Button, Group, Modal, Stack, TagsInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Execution } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';

export function LabelsDialog({ execution, onClose }: { execution: Execution; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const [labels, setLabels] = useState(() => (execution.labels ?? []).filter((label) => !label.key.startsWith('system.')).map((label) => `${label.key}:${label.value}`));
  const save = useChange(
    () => api.post<Execution>(`executions/${execution.id}/labels`, labels.map((label) => ({ key: label.slice(0, label.indexOf(':')), value: label.slice(label.indexOf(':') + 1) }))),
    { touches: ['executions'], then: onClose },
  );
  return (
    <Modal opened onClose={onClose} title={t('executions.editLabels')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Stack>
        <TagsInput data-autofocus label={t('common.labels')} description={t('common.labelsHint')} value={labels} onChange={(next) => setLabels(next.filter((label) => label.indexOf(':') > 0))} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
          <Button loading={save.isPending} onClick={() => save.mutate(undefined)}>{t('common.save')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
