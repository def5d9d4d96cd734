// SPDX-License-Identifier: Apache-2.0
import { Button, Group, Modal, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { path } from '../../api/client';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { ErrorCount, FirstError } from '../../components/Errors';
import { CodeEditor } from '../../editor/CodeEditor';
import { useCheck } from '../../editor/useCheck';
import type { Suite } from './suites';

/** The source of a suite, with what is wrong with it. */
export function SuiteDialog({ suite, source, onClose }: { suite: Suite | undefined; source: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const [text, setText] = useState(source);
  const { errors, check } = useCheck('tests/validate');
  const save = useChange(() => (suite ? api.yaml('PUT', `tests/${path(suite.namespace, suite.id)}`, text) : api.yaml('POST', 'tests', text)), { done: t('tests.saved'), touches: ['tests'], then: onClose });
  const writable = suite ? can('FLOW_UPDATE', suite.namespace) : true;
  const store = () => { if (writable && errors.length === 0) save.mutate(undefined); };
  return (
    <Modal opened onClose={onClose} size="80%" title={suite ? suite.id : t('tests.add')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Stack>
        <FirstError errors={errors} />
        <div style={{ height: '55dvh' }}><CodeEditor label={t('tests.source')} value={text} onChange={setText} readOnly={!writable} check={check} onSave={store} /></div>
        <Group justify="flex-end">
          <ErrorCount errors={errors} />
          <Button variant="default" onClick={onClose}>{t('common.cancel')}</Button>
          {writable && <Button loading={save.isPending} disabled={errors.length > 0 || (suite !== undefined && text === source)} onClick={store}>{t('common.save')}</Button>}
        </Group>
      </Stack>
    </Modal>
  );
}
