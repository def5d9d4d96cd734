// SPDX-License-Identifier: Apache-2.0
import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDeviceFloppy, IconFlask } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowDocument } from '../../api/types';
import { useTenant } from '../../app/context';
import { useDraft } from '../../editor/useDraft';
import { FlowDesigner } from './FlowDesigner';
import { flowPath, type FlowTab } from './paths';
import { Playground } from './Playground';
import { useLeaveGuard } from './useLeaveGuard';

/** The source of a stored flow. Saving names the revision that was read; a faster colleague leads to a merge. */
export default function FlowEditor({ flow, etag }: FlowTab) {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const [trying, setTrying] = useState(false);
  const [revision, setRevision] = useState(flow.revision);
  const place = flowPath(flow.namespace, flow.id);
  const { text, setText, dirty, busy, save, merge } = useDraft<FlowDocument>({
    stored: { text: flow.source ?? '', etag },
    read: async () => {
      const newest = await api.getVersioned<FlowDocument>(place, { source: true });
      return { text: newest.value.source ?? '', etag: newest.etag, revision: newest.value.revision };
    },
    write: (source, headers) => api.versioned('PUT', place, { body: source, contentType: 'application/x-yaml', headers }),
    touches: ['flows', 'triggers', 'namespaces'],
    done: (saved) => t('editor.saved', { revision: saved.revision }),
    then: (saved) => setRevision(saved.revision),
  });
  const [shown] = useDebouncedValue(text, 250);
  const writable = can('FLOW_UPDATE', flow.namespace);
  useLeaveGuard(dirty);

  return (
    <>
      <FlowDesigner
        text={text} settled={shown} onChange={setText} readOnly={!writable} onSave={() => { if (writable && dirty) void save(); }}
        actions={
          <>
            {can('EXECUTION_CREATE', flow.namespace) && (
              <Button size="xs" variant="default" leftSection={<IconFlask size={16} />} aria-expanded={trying} onClick={() => setTrying((open) => !open)}>{t('playground.title')}</Button>
            )}
            {writable && (
              <Button size="xs" leftSection={<IconDeviceFloppy size={16} />} disabled={!dirty} loading={busy} onClick={() => void save()}>
                {t('common.save')}
              </Button>
            )}
          </>
        }
      />
      {trying && (
        <Playground
          namespace={flow.namespace} flowId={flow.id} text={shown} dirty={dirty && writable} revision={revision} onClose={() => setTrying(false)}
          save={async () => (await save())?.revision ?? null}
        />
      )}
      {merge}
    </>
  );
}
