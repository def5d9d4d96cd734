// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Label } from '../../api/types';
import { Labels } from '../../components/basics';
import { FormDialog } from '../../components/FormDialog';
import { labelsOf, LabelsInput } from '../../components/LabelsInput';

/** Gives labels to one execution, which has some, or to many. */
export function LabelsDialog({ labels, busy, onSave, onClose }: { labels?: readonly Label[] | undefined; busy: boolean; onSave: (labels: Label[]) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const [texts, setTexts] = useState<string[]>([]);
  return (
    <FormDialog title={t('executions.editLabels')} submit={t('common.save')} busy={busy} disabled={texts.length === 0} onSubmit={() => onSave(labelsOf(texts))} onClose={onClose}>
      <Labels labels={labels} />
      <LabelsInput data-autofocus description={t('executions.labelsText')} value={texts} onChange={setTexts} />
    </FormDialog>
  );
}
