// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Anchor, Box, Breadcrumbs, Button, Group, Menu, Text, TextInput } from '@mantine/core';
import { IconDotsVertical, IconDownload, IconFile, IconFilePlus, IconFolder, IconFolderPlus, IconPencil, IconTrash, IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { path, ProblemError } from '../../api/client';
import { useTenant } from '../../app/context';
import { formatBytes } from '../../app/format';
import { useChange } from '../../app/hooks';
import { useFilters } from '../../app/url';
import { Await, Empty } from '../../components/basics';
import { EXAMPLES } from '../../components/examples';
import { useConfirm } from '../../components/confirm';
import { SearchFilter } from '../../components/filters';
import { FormDialog } from '../../components/FormDialog';
import { FileDialog } from './FileDialog';
import { formOfFile } from './files';

interface FileEntry {
  type: 'File' | 'Directory';
  size: number;
  fileName: string;
}

/** What a dialogue asks a name for. */
type Naming = { what: 'file' } | { what: 'folder' } | { what: 'move'; from: string };

/** The files of a namespace, a folder at a time, or those that a search finds. */
export function FilesView({ namespace }: { namespace: string }) {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const filters = useFilters();
  const confirm = useConfirm();
  const folder = filters.get('folder');
  const open = filters.get('file');
  const text = filters.get('q');
  const upload = useRef<HTMLInputElement>(null);
  const [naming, setNaming] = useState<Naming | null>(null);
  const base = `namespaces/${path(namespace)}/files`;
  const may = can('FILE_UPDATE', namespace);
  const isThere = async (name: string) => {
    try {
      await api.get(`${base}/stats`, { path: name });
      return true;
    } catch (e) {
      if (e instanceof ProblemError && e.status === 404) return false;
      throw e;
    }
  };
  const put = useChange(
    async (files: { name: string; content: Blob }[]) => {
      const there: string[] = [];
      for (const { name } of files) if (await isThere(name)) there.push(name);
      if (there.length > 0 && !(await confirm({ title: t('files.replace', { count: there.length }), text: t('files.replaceText', { names: there.join(', ') }), confirm: t('files.replaceYes') }))) return false;
      for (const { name, content } of files) await api.form(base, formOfFile(name, content), { path: name });
      return true;
    },
    { done: (written) => (written ? t('files.saved') : undefined), touches: ['files'] },
  );
  const name = useChange(
    async ({ naming: { what, ...of }, name: to }: { naming: Naming; name: string }) => {
      if (await isThere(to)) throw new ProblemError({ status: 409, type: '/problems/conflict', detail: t('files.taken', { name: to }) });
      if (what === 'folder') return api.post(`${base}/directory`, undefined, { path: to });
      if ('from' in of) return api.put(base, undefined, { from: of.from, to });
      return api.form(base, formOfFile(to, new Blob([''])), { path: to });
    },
    {
      done: t('files.saved'), touches: ['files'],
      then: (_, { naming: { what }, name: to }) => {
        setNaming(null);
        if (what === 'file') filters.set({ file: to });
      },
    },
  );
  const remove = useChange((file: string) => api.delete(base, { path: file }), { done: t('files.deleted'), touches: ['files'] });
  const parts = folder.split('/').filter(Boolean);
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Breadcrumbs>
          <Anchor component="button" fz="sm" onClick={() => filters.set({ folder: null, q: null })}>{namespace}</Anchor>
          {parts.map((part, i) => <Anchor key={i} component="button" fz="sm" onClick={() => filters.set({ folder: '/' + parts.slice(0, i + 1).join('/'), q: null })}>{part}</Anchor>)}
        </Breadcrumbs>
        <Group gap="xs">
          <SearchFilter filters={filters} label={t('files.search')} width={200} />
          {may && <Button variant="default" leftSection={<IconUpload size={16} />} loading={put.isPending} onClick={() => upload.current?.click()}>{t('files.upload')}</Button>}
          {may && <Button leftSection={<IconFilePlus size={16} />} onClick={() => setNaming({ what: 'file' })}>{t('files.add')}</Button>}
          <Menu position="bottom-end">
            <Menu.Target><Button variant="default" px="xs" aria-label={t('common.more')}><IconDotsVertical size={16} /></Button></Menu.Target>
            <Menu.Dropdown>
              {may && <Menu.Item leftSection={<IconFolderPlus size={15} />} onClick={() => setNaming({ what: 'folder' })}>{t('files.addFolder')}</Menu.Item>}
              <Menu.Item component="a" href={api.url(`${base}/export`)} leftSection={<IconDownload size={15} />}>{t('files.export')}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <input
            ref={upload} type="file" multiple hidden data-upload
            onChange={(e) => {
              const files = [...(e.currentTarget.files ?? [])].map((file) => ({ name: `${folder}/${file.name}`, content: file }));
              if (files.length > 0) put.mutate(files);
              e.currentTarget.value = '';
            }}
          />
        </Group>
      </Group>
      {text ? (
        <Found base={base} text={text} onOpen={(file) => filters.set({ file })} />
      ) : (
        <Folder
          base={base} folder={folder} onOpen={(file) => filters.set({ file })} onFolder={(next) => filters.set({ folder: next })} onMove={may ? (from) => setNaming({ what: 'move', from }) : undefined}
          onDelete={can('FILE_DELETE', namespace) ? (full, shown) => void confirm({ title: t('files.delete', { name: shown }), confirm: t('common.delete'), danger: true }).then((yes) => yes && remove.mutate(full)) : undefined}
        />
      )}
      {naming && <NameDialog naming={naming} folder={folder} busy={name.isPending} onClose={() => setNaming(null)} onName={(to) => name.mutate({ naming, name: to })} />}
      {open && <FileDialog key={open} base={base} name={open} readOnly={!may} onClose={() => filters.set({ file: null, view: null })} />}
    </>
  );
}

interface FolderProps {
  base: string;
  folder: string;
  onOpen: (file: string) => void;
  onFolder: (folder: string) => void;
  onMove: ((path: string) => void) | undefined;
  onDelete: ((path: string, name: string) => void) | undefined;
}

function Folder({ base, folder, onOpen, onFolder, onMove, onDelete }: FolderProps) {
  const { t, i18n } = useTranslation();
  const { api } = useTenant();
  const files = useQuery({ queryKey: [api.tenant, 'files', base, folder], queryFn: ({ signal }) => api.get<FileEntry[]>(`${base}/directory`, { path: folder || undefined }, signal) });
  return (
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
                  <Anchor component="button" fz="sm" onClick={() => (file.type === 'Directory' ? onFolder(full) : onOpen(full))}>
                    <Group gap={8}>{file.type === 'Directory' ? <IconFolder size={17} /> : <IconFile size={17} />}{file.fileName}</Group>
                  </Anchor>
                  <Group gap="xs">
                    {file.type === 'File' && <Text size="sm" c="dimmed">{formatBytes(file.size, i18n.language)}</Text>}
                    {onMove && <ActionIcon aria-label={t('files.move', { name: file.fileName })} onClick={() => onMove(full)}><IconPencil size={16} /></ActionIcon>}
                    {onDelete && <ActionIcon aria-label={t('files.delete', { name: file.fileName })} onClick={() => onDelete(full, file.fileName)}><IconTrash size={16} /></ActionIcon>}
                  </Group>
                </Group>
              );
            })}
          </Box>
        )
      }
    </Await>
  );
}

/** As many of the files that were found are shown. */
const SHOWN = 200;

/** Files of all folders whose path contains a text. */
function Found({ base, text, onOpen }: { base: string; text: string; onOpen: (file: string) => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const found = useQuery({ queryKey: [api.tenant, 'files', 'search', base, text], queryFn: ({ signal }) => api.get<string[]>(`${base}/search`, { q: text }, signal) });
  return (
    <Await query={found}>
      {(all) =>
        all.length === 0 ? (
          <Empty title={t('files.noneFound')}>{t('common.noneFoundText')}</Empty>
        ) : (
          <Box className="mr-card">
            {all.slice(0, SHOWN).map((file) => (
              <Group key={file} px="md" py={8} gap={8} style={{ borderBottom: '1px solid var(--mr-line)' }}>
                <IconFile size={17} aria-hidden /><Anchor component="button" fz="sm" className="mr-breaks" ta="left" onClick={() => onOpen(file)}>{file}</Anchor>
              </Group>
            ))}
            {all.length > SHOWN && <Text size="sm" c="dimmed" px="md" py={8} role="note">{t('files.more', { count: all.length - SHOWN })}</Text>}
          </Box>
        )
      }
    </Await>
  );
}

/** Asks how something is to be called: a new one within the folder that shows, one that is there by its whole path. */
function NameDialog({ naming, folder, busy, onName, onClose }: { naming: Naming; folder: string; busy: boolean; onName: (path: string) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const moved = naming.what === 'move' ? naming.from : '';
  const [name, setName] = useState(moved);
  const clean = name.trim().replace(/^\/+|\/+$/g, '');
  const full = moved ? `/${clean}` : `${folder}/${clean}`;
  const title = moved ? t('files.move', { name: moved.slice(moved.lastIndexOf('/') + 1) }) : t(naming.what === 'folder' ? 'files.addFolder' : 'files.add');
  return (
    <FormDialog title={title} submit={t(moved ? 'common.save' : 'common.add')} busy={busy} disabled={!clean || full === moved} onSubmit={() => onName(full)} onClose={onClose}>
      <TextInput data-autofocus required label={moved ? t('files.path') : t('common.name')} placeholder={naming.what === 'file' ? 'scripts/report.py' : undefined} value={name} onChange={(e) => setName(e.currentTarget.value)} />
    </FormDialog>
  );
}
