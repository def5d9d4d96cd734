// SPDX-License-Identifier: Apache-2.0
import { Anchor, Button, Group, SegmentedControl, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { request, seen } from '../../api/client';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { useFilters } from '../../app/url';
import { AwaitDialog } from '../../components/AwaitDialog';
import { Dialog } from '../../components/Dialog';
import { CodeEditor } from '../../editor/CodeEditor';
import { useDraft, type Stored } from '../../editor/useDraft';
import { useCloseGuard } from '../flows/useLeaveGuard';
import { FileRevisions } from './FileRevisions';
import { formOfFile } from './files';

interface Props {
  base: string;
  name: string;
  readOnly: boolean;
  onClose: () => void;
}

/** What is in a file, and was. */
export function FileDialog(props: Props) {
  const { base, name, onClose } = props;
  const { api } = useTenant();
  // what was restored is begun anew
  const [turn, setTurn] = useState(0);
  const read = async (): Promise<Stored> => {
    const answer = await request('GET', api.url(base, { path: name }), { accept: '*/*' });
    return { text: await answer.text(), etag: answer.headers.get('ETag') };
  };
  const content = useQuery({ queryKey: [api.tenant, 'file-content', base, name, turn], queryFn: read, staleTime: Infinity, gcTime: 0 });
  return (
    <AwaitDialog query={content} title={name} onClose={onClose}>
      {(stored) => <Opened key={turn} {...props} stored={stored} read={read} onRestored={() => setTurn(turn + 1)} />}
    </AwaitDialog>
  );
}

function Opened({ base, name, readOnly, onClose, stored, read, onRestored }: Props & { stored: Stored; read: () => Promise<Stored>; onRestored: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const filters = useFilters();
  const view = filters.get('view') || 'content';
  const language = /\.ya?ml$/.test(name) ? 'yaml' : name.endsWith('.json') ? 'json' : 'text';
  const write = (content: Blob, headers: Record<string, string>) => api.versioned('POST', base, { body: formOfFile(name, content), query: { path: name }, headers });
  const { text, setText, dirty, busy, save, merge } = useDraft({ stored, read, language, write: (source, headers) => write(new Blob([source]), headers), done: () => t('files.saved'), touches: ['files'] });
  const restore = useChange(({ held, newest }: { held: Blob; newest: string }) => write(held, seen(newest)), { done: t('files.saved'), touches: ['files'], then: onRestored });
  const guard = useCloseGuard(dirty, onClose);
  const store = () => { if (!readOnly && dirty) void save(); };
  return (
    <Dialog {...guard} size="80%" title={name}>
      <SegmentedControl size="xs" mb="sm" aria-label={t('files.view')} value={view} onChange={(next) => filters.set({ view: next === 'content' ? null : next })} data={[{ value: 'content', label: t('files.content') }, { value: 'revisions', label: t('flowTab.revisions') }]} />
      {view === 'revisions' ? (
        <FileRevisions base={base} name={name} writable={!readOnly} busy={restore.isPending} onRestore={(held, newest) => restore.mutate({ held, newest })} />
      ) : (
        <Stack>
          <div style={{ height: '60dvh' }}><CodeEditor label={name} language={language} value={text} onChange={setText} readOnly={readOnly} onSave={store} /></div>
          <Group justify="flex-end">
            <Anchor size="sm" href={api.url(base, { path: name })}>{t('common.download')}</Anchor>
            {!readOnly && <Button loading={busy} disabled={!dirty} onClick={store}>{t('common.save')}</Button>}
          </Group>
        </Stack>
      )}
      {merge}
    </Dialog>
  );
}
