// SPDX-License-Identifier: Apache-2.0
import { Button, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { path } from '../../api/client';
import { useTenant } from '../../app/context';
import { AwaitDialog } from '../../components/AwaitDialog';
import { Dialog } from '../../components/Dialog';
import { ErrorCount, FirstError } from '../../components/Errors';
import { CodeEditor } from '../../editor/CodeEditor';
import { useCheck } from '../../editor/useCheck';
import { useDraft, type Stored } from '../../editor/useDraft';
import { useCloseGuard } from '../flows/useLeaveGuard';
import type { Suite } from './suites';

interface Props {
  /** One that is there; without it, one is written. */
  suite: Suite | undefined;
  /** What a new one begins with. */
  example: string;
  onClose: () => void;
}

/** The source of a suite, with what is wrong with it. */
export function SuiteDialog({ suite, example, onClose }: Props) {
  const { api } = useTenant();
  const place = suite && `tests/${path(suite.namespace, suite.id)}`;
  const read = async (): Promise<Stored> => {
    if (place === undefined) return { text: '', etag: null };
    const { value, etag } = await api.getVersioned<Suite>(place);
    return { text: value.source, etag };
  };
  const stored = useQuery({ queryKey: [api.tenant, 'suite', place], queryFn: read, enabled: place !== undefined, staleTime: Infinity, gcTime: 0 });
  if (!suite) return <Opened suite={undefined} stored={{ text: '', etag: null }} begun={example} read={read} onClose={onClose} />;
  return <AwaitDialog query={stored} title={suite.id} onClose={onClose}>{(newest) => <Opened suite={suite} stored={newest} read={read} onClose={onClose} />}</AwaitDialog>;
}

function Opened({ suite, stored, begun, read, onClose }: { suite: Suite | undefined; stored: Stored; begun?: string; read: () => Promise<Stored>; onClose: () => void }) {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const { errors, check } = useCheck('tests/validate');
  const { text, setText, dirty, busy, save, merge } = useDraft<Suite>({
    stored, begun, read,
    write: (source, headers) => api.versioned(suite ? 'PUT' : 'POST', suite ? `tests/${path(suite.namespace, suite.id)}` : 'tests', { body: source, contentType: 'application/x-yaml', headers }),
    done: () => t('tests.saved'), touches: ['tests'], then: onClose,
  });
  const guard = useCloseGuard(dirty && text !== begun, onClose);
  const writable = suite ? can('FLOW_UPDATE', suite.namespace) : true;
  const store = () => { if (writable && dirty && errors.length === 0) void save(); };
  return (
    <Dialog {...guard} size="80%" title={suite ? suite.id : t('tests.add')}>
      <Stack>
        <FirstError errors={errors} />
        <div style={{ height: '55dvh' }}><CodeEditor label={t('tests.source')} value={text} onChange={setText} readOnly={!writable} check={check} onSave={store} /></div>
        <Group justify="flex-end">
          <ErrorCount errors={errors} />
          <Button variant="default" onClick={guard.onClose}>{t('common.cancel')}</Button>
          {writable && <Button loading={busy} disabled={errors.length > 0 || !dirty} onClick={store}>{t('common.save')}</Button>}
        </Group>
      </Stack>
      {merge}
    </Dialog>
  );
}
