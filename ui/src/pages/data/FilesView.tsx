// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Anchor, Box, Breadcrumbs, Button, Group, Modal, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { IconFile, IconFilePlus, IconFolder, IconTrash, IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { path, request } from '../../api/client';
import { useTenant } from '../../app/context';
import { formatBytes } from '../../app/format';
import { useChange } from '../../app/hooks';
import { useFilters } from '../../app/url';
import { Await, Empty } from '../../components/basics';
import { EXAMPLES } from '../../components/examples';
import { useConfirm } from '../../components/confirm';
import { FormDialog } from '../../components/FormDialog';
import { CodeEditor } from '../../editor/CodeEditor';
import { FileRevisions } from './FileRevisions';

interface FileEntry {
  type: 'File' | 'Directory';
  size: number;
  fileName: string;
}

/** The files of a namespace, a folder at a time. */
export function FilesView({ namespace }: { namespace: string }) {
  const { t, i18n } = useTranslation();
  const { api, can } = useTenant();
  const filters = useFilters();
  const confirm = useConfirm();
  const folder = filters.get('folder');
  const open = filters.get('file');
  const upload = useRef<HTMLInputElement>(null);
  const [naming, setNaming] = useState(false);
  const base = `namespaces/${path(namespace)}/files`;
  const files = useQuery({ queryKey: [api.tenant, 'files', namespace, folder], queryFn: () => api.get<FileEntry[]>(`${base}/directory`, { path: folder || undefined }) });
  const put = useChange(({ name, content, seen }: { name: string; content: Blob; seen?: string | null }) => { const form = new FormData(); form.append('fileContent', content, name.slice(name.lastIndexOf('/') + 1)); return api.form(base, form, { path: name }, seen ? { 'If-Match': seen } : {}); }, { done: t('files.saved'), touches: ['files'] });
  const remove = useChange((name: string) => api.delete(base, { path: name }), { done: t('files.deleted'), touches: ['files'] });
  const may = can('FILE_UPDATE', namespace);
  const parts = folder.split('/').filter(Boolean);
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Breadcrumbs>
          <Anchor component="button" onClick={() => filters.set({ folder: null })}>{namespace}</Anchor>
          {parts.map((part, i) => <Anchor key={i} component="button" onClick={() => filters.set({ folder: '/' + parts.slice(0, i + 1).join('/') })}>{part}</Anchor>)}
        </Breadcrumbs>
        {may && (
          <Group gap="xs">
            <Button variant="default" leftSection={<IconUpload size={16} />} onClick={() => upload.current?.click()}>{t('files.upload')}</Button>
            <Button leftSection={<IconFilePlus size={16} />} onClick={() => setNaming(true)}>{t('files.add')}</Button>
            <input ref={upload} type="file" hidden onChange={(e) => { const file = e.currentTarget.files?.[0]; if (file) put.mutate({ name: `${folder}/${file.name}`, content: file }); e.currentTarget.value = ''; }} />
          </Group>
        )}
      </Group>
      <Await query={files}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={t('files.none')} example={EXAMPLES.file}>{t('files.noneText')}</Empty>
          ) : (
            <Box className="mr-card">
              {all.map((file) => {
                const full = `${folder}/${file.fileName}`;
                return (
                  <Group key={file.fileName} px="md" py={8} justify="space-between" style={{ borderBottom: '1px solid var(--mr-line)' }}>
                    <Anchor component="button" onClick={() => (file.type === 'Directory' ? filters.set({ folder: full }) : filters.set({ file: full }))}>
                      <Group gap={8}>{file.type === 'Directory' ? <IconFolder size={17} /> : <IconFile size={17} />}{file.fileName}</Group>
                    </Anchor>
                    <Group gap="xs">
                      {file.type === 'File' && <Text size="sm" c="dimmed">{formatBytes(file.size, i18n.language)}</Text>}
                      {can('FILE_DELETE', namespace) && <ActionIcon aria-label={t('files.delete', { name: file.fileName })} onClick={() => void confirm({ title: t('files.delete', { name: file.fileName }), confirm: t('common.delete'), danger: true }).then((yes) => yes && remove.mutate(full))}><IconTrash size={16} /></ActionIcon>}
                    </Group>
                  </Group>
                );
              })}
            </Box>
          )
        }
      </Await>
      {naming && <NewFile onClose={() => setNaming(false)} busy={put.isPending} onAdd={(name) => put.mutate({ name: `${folder}/${name}`, content: new Blob(['']) }, { onSuccess: () => { setNaming(false); filters.set({ file: `${folder}/${name}` }); } })} />}
      {open && <FileDialog key={open} base={base} name={open} readOnly={!may} busy={put.isPending} onClose={() => filters.set({ file: null, view: null })} onSave={(content, seen) => put.mutate({ name: open, content, seen })} />}
    </>
  );
}

function NewFile({ onAdd, onClose, busy }: { onAdd: (name: string) => void; onClose: () => void; busy: boolean }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  return (
    <FormDialog title={t('files.add')} submit={t('common.add')} busy={busy} disabled={!name} onSubmit={() => onAdd(name)} onClose={onClose}>
      <TextInput data-autofocus required label={t('common.name')} placeholder="scripts/report.py" value={name} onChange={(e) => setName(e.currentTarget.value)} />
    </FormDialog>
  );
}

interface DialogProps {
  base: string;
  name: string;
  readOnly: boolean;
  busy: boolean;
  onClose: () => void;
  /** Whoever has seen another version of it than is there saves nothing. */
  onSave: (content: Blob, seen: string | null) => void;
}

function FileDialog({ base, name, readOnly, busy, onClose, onSave }: DialogProps) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const filters = useFilters();
  const [text, setText] = useState<string | null>(null);
  const view = filters.get('view') || 'content';
  const content = useQuery({
    queryKey: [api.tenant, 'files', 'content', base, name],
    queryFn: async () => { const read = await request('GET', api.url(base, { path: name }), { accept: '*/*' }); return { text: await read.text(), seen: read.headers.get('ETag') }; },
    staleTime: 0,
  });
  return (
    <Modal opened onClose={onClose} size="80%" title={name} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <SegmentedControl size="xs" mb="sm" aria-label={t('files.view')} value={view} onChange={(next) => filters.set({ view: next === 'content' ? null : next })} data={[{ value: 'content', label: t('files.content') }, { value: 'revisions', label: t('flowTab.revisions') }]} />
      <Await query={content}>
        {({ text: stored, seen }) => {
          const save = () => text !== null && onSave(new Blob([text]), seen);
          if (view === 'revisions') return <FileRevisions base={base} name={name} writable={!readOnly} busy={busy} onRestore={(held) => { setText(null); onSave(held, seen); }} />;
          return (
            <Stack>
              <div style={{ height: '60dvh' }}><CodeEditor label={name} language={/\.ya?ml$/.test(name) ? 'yaml' : name.endsWith('.json') ? 'json' : 'text'} value={text ?? stored} onChange={setText} readOnly={readOnly} onSave={save} /></div>
              <Group justify="flex-end">
                <Anchor size="sm" href={api.url(base, { path: name })}>{t('common.download')}</Anchor>
                {!readOnly && <Button loading={busy} disabled={text === null || text === stored} onClick={save}>{t('common.save')}</Button>}
              </Group>
            </Stack>
          );
        }}
      </Await>
    </Modal>
  );
}
