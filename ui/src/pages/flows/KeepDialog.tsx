// SPDX-License-Identifier: Apache-2.0
import { Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowDocument } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { FormDialog } from '../../components/FormDialog';

/** Keeps the source of a flow as a blueprint that the team begins others with. */
export function KeepDialog({ flow, onClose }: { flow: FlowDocument; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const [title, setTitle] = useState(flow.id);
  const [description, setDescription] = useState(flow.description ?? '');
  const keep = useChange(() => api.post('blueprints/flows', { title, description, tags: [], source: flow.source }), { done: t('blueprints.kept'), touches: ['blueprints'], then: onClose });
  return (
    <FormDialog title={t('blueprints.keep')} submit={t('common.save')} busy={keep.isPending} disabled={!title.trim()} onSubmit={() => keep.mutate(undefined)} onClose={onClose}>
      <Text size="sm" c="dimmed">{t('blueprints.keepText')}</Text>
      <TextInput data-autofocus required label={t('dashboards.title')} value={title} onChange={(e) => setTitle(e.currentTarget.value)} />
      <Textarea label={t('common.description')} rows={3} value={description} onChange={(e) => setDescription(e.currentTarget.value)} />
    </FormDialog>
  );
}
