// SPDX-License-Identifier: Apache-2.0
import { Select, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from '../../components/FormDialog';

const TARGETS = ['SUCCESS', 'WARNING', 'FAILED', 'KILLED', 'CANCELLED'];

/** Asks for the state that something ends in. */
export function StateDialog({ text, busy, onSet, onClose }: { text: string; busy: boolean; onSet: (state: string) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const [state, setState] = useState('SUCCESS');
  return (
    <FormDialog title={t('executions.setState')} submit={t('executions.setState')} busy={busy} onSubmit={() => onSet(state)} onClose={onClose}>
      <Text size="sm">{text}</Text>
      <Select data-autofocus label={t('common.state')} allowDeselect={false} data={TARGETS.map((one) => ({ value: one, label: t(`state.${one}`) }))} value={state} onChange={(next) => next && setState(next)} />
    </FormDialog>
  );
}
