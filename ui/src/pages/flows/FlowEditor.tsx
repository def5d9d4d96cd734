// SPDX-License-Identifier: Apache-2.0
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDeviceFloppy, IconFlask } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemError } from '../../api/client';
import type { FlowDocument } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { notifyDone } from '../../components/basics';
import { CodeEditor } from '../../editor/CodeEditor';
import { FlowDesigner } from './FlowDesigner';
import { flowPath, type FlowTab } from './paths';
import { Playground } from './Playground';
import { useLeaveGuard } from './useLeaveGuard';

/** The source of a stored flow. Saving names the revision that was read; a faster colleague leads to a merge. */
export default function FlowEditor({ flow, etag }: FlowTab) {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const queries = useQueryClient();
  const [text, setText] = useState(flow.source ?? '');
  const [base, setBase] = useState({ etag, source: flow.source ?? '' });
  const [theirs, setTheirs] = useState<{ source: string; etag: string | null; revision: number } | null>(null);
  const [trying, setTrying] = useState(false);
  const [revision, setRevision] = useState(flow.revision);
  const [shown] = useDebouncedValue(text, 250);
  const writable = can('FLOW_UPDATE', flow.namespace);
  const dirty = text !== base.source;
  useLeaveGuard(dirty);

  const save = useChange(
    async (source: string) => {
      try {
        return await api.yaml<FlowDocument>('PUT', flowPath(flow.namespace, flow.id), source, base.etag ? { 'If-Match': base.etag } : {});
      } catch (e) {
        if (!(e instanceof ProblemError) || e.status !== 412) throw e;
        const newest = await api.getVersioned<FlowDocument>(flowPath(flow.namespace, flow.id), { source: true });
        setTheirs({ source: newest.value.source ?? '', etag: newest.etag, revision: newest.value.revision });
        return null;
      }
    },
    {
      touches: ['flows', 'triggers', 'namespaces'],
      then: (saved, source) => {
        if (!saved) return;
        setRevision(saved.revision);
        notifyDone(t('editor.saved', { revision: saved.revision }));
        setBase({ etag: null, source });
        void queries.fetchQuery({
          queryKey: [api.tenant, 'flows', 'one', flow.namespace, flow.id],
          queryFn: () => api.getVersioned<FlowDocument>(flowPath(flow.namespace, flow.id), { source: true }),
        }).then((read) => setBase({ etag: read.etag, source }));
      },
    },
  );

  return (
    <>
      <FlowDesigner
        text={text} settled={shown} onChange={setText} readOnly={!writable} onSave={() => writable && dirty && save.mutate(text)}
        actions={
          <>
            {can('EXECUTION_CREATE', flow.namespace) && (
              <Button size="xs" variant="default" leftSection={<IconFlask size={16} />} aria-expanded={trying} onClick={() => setTrying((open) => !open)}>{t('playground.title')}</Button>
            )}
            {writable && (
              <Button size="xs" leftSection={<IconDeviceFloppy size={16} />} disabled={!dirty} loading={save.isPending} onClick={() => save.mutate(text)}>
                {t('common.save')}
              </Button>
            )}
          </>
        }
      />
      {trying && (
        <Playground
          namespace={flow.namespace} flowId={flow.id} text={shown} dirty={dirty && writable} revision={revision} onClose={() => setTrying(false)}
          save={async () => (await save.mutateAsync(text))?.revision ?? null}
        />
      )}
      {theirs && (
        <Modal opened onClose={() => setTheirs(null)} size="90%" title={t('editor.conflict', { revision: theirs.revision })} closeButtonProps={{ 'aria-label': t('common.close') }}>
          <Stack>
            <Alert color="orange" variant="light"><Text size="sm">{t('editor.conflictText')}</Text></Alert>
            <div style={{ height: '55dvh' }}>
              <CodeEditor label={t('editor.mine')} value={text} onChange={setText} original={theirs.source} />
            </div>
            <Group justify="flex-end">
              <Button variant="default" onClick={() => { setText(theirs.source); setBase({ etag: theirs.etag, source: theirs.source }); setTheirs(null); }}>{t('editor.takeTheirs')}</Button>
              <Button onClick={() => { setBase({ etag: theirs.etag, source: theirs.source }); setTheirs(null); }}>{t('editor.keepMine')}</Button>
            </Group>
          </Stack>
        </Modal>
      )}
    </>
  );
}
