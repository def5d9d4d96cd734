// SPDX-License-Identifier: Apache-2.0
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { IconRestore } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { request } from '../../api/client';
import { useTenant } from '../../app/context';
import { formatBytes, formatInstant } from '../../app/format';
import { useChange } from '../../app/hooks';
import { Await, Empty } from '../../components/basics';
import { useConfirm } from '../../components/confirm';
import { SideBySide } from '../../editor/SideBySide';

interface Revision {
  revision: number;
  /** By it the file was deleted. */
  deleted: boolean;
  size: number;
  date: string;
  createdBy: string;
}

/** Beyond it nobody reads line by line, in bytes. */
const MOST_COMPARED = 1 << 20;

interface Props {
  base: string;
  name: string;
  writable: boolean;
  busy: boolean;
  /** @param newest the version that was the newest then: whoever has seen another restores nothing */
  onRestore: (content: Blob, newest: string) => void;
}

/** What a file held: two of its revisions beside each other, and the way back. */
export function FileRevisions({ base, name, writable, busy, onRestore }: Props) {
  const { t, i18n } = useTranslation();
  const { api } = useTenant();
  const confirm = useConfirm();
  const [picked, setPicked] = useState<{ left?: number; right?: number }>({});
  const revisions = useQuery({ queryKey: [api.tenant, 'files', 'revisions', base, name], queryFn: ({ signal }) => api.get<Revision[]>(`${base}/revisions`, { path: name }, signal), staleTime: 0 });
  const find = (number: number | undefined, otherwise: number) => revisions.data?.find((one) => one.revision === number) ?? revisions.data?.[otherwise];
  const right = find(picked.right, 0);
  const left = find(picked.left, 1);
  const isLarge = [left, right].some((one) => one && one.size > MOST_COMPARED);
  const held = (one: Revision | undefined) => (!one || one.deleted ? '' : api.text(base, { path: name, revision: one.revision }));
  const both = useQuery({
    queryKey: [api.tenant, 'files', 'revisions', base, name, left?.revision, right?.revision],
    queryFn: () => Promise.all([held(left), held(right)]),
    enabled: left !== undefined && right !== undefined && !isLarge,
  });
  // as it is: what isn't text must not become text
  const restore = useChange(async (revision: number) => (await request('GET', api.url(base, { path: name, revision }), { accept: '*/*' })).blob(), { touches: [], then: (content) => onRestore(content, `"${revisions.data?.[0]?.revision ?? ''}"`) });
  return (
    <Await query={revisions}>
      {(all) => {
        if (all.length < 2 || !left || !right) return <Empty title={t('revisions.one')}>{t('files.oneText')}</Empty>;
        const data = all.map((one) => ({ value: String(one.revision), label: `${one.revision} · ${formatInstant(one.date, i18n.language, false)} · ${one.deleted ? t('files.wasDeleted') : formatBytes(one.size, i18n.language)}` }));
        return (
          <Stack gap="sm">
            <Group align="flex-end">
              <Select label={t('revisions.left')} maw="100%" w={300} allowDeselect={false} data={data} value={String(left.revision)} onChange={(value) => setPicked({ ...picked, left: Number(value) })} />
              <Select label={t('revisions.right')} maw="100%" w={300} allowDeselect={false} data={data} value={String(right.revision)} onChange={(value) => setPicked({ ...picked, right: Number(value) })} />
              {writable && !left.deleted && left.revision !== all[0]?.revision && (
                <Button variant="default" leftSection={<IconRestore size={16} />} loading={busy || restore.isPending} onClick={() => void confirm({ title: t('revisions.restore', { revision: left.revision }), text: t('files.restoreText'), confirm: t('revisions.restoreYes') }).then((yes) => yes && restore.mutate(left.revision))}>{t('revisions.restore', { revision: left.revision })}</Button>
              )}
            </Group>
            <Text size="sm" c="dimmed">{t('files.by', { left: left.createdBy, right: right.createdBy })}</Text>
            {isLarge ? <Text size="sm">{t('files.tooLarge')}</Text> : <Await query={both}>{([before, after]) => <SideBySide left={before} right={after} label={name} />}</Await>}
          </Stack>
        );
      }}
    </Await>
  );
}
