// SPDX-License-Identifier: Apache-2.0
import { Badge, Button, Group, Progress, Table, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { instanceApi, path } from '../../api/client';
import type { Page } from '../../api/types';
import { formatNumber } from '../../app/format';
import { useChange } from '../../app/hooks';
import { Await, Empty, PageHeader, PageTitle, Time } from '../../components/basics';
import { useConfirm } from '../../components/confirm';

interface Worker {
  id: string;
  group: string;
  version?: string | null;
  startedAt: string;
  seenAt: string;
  slots: number;
  used: number;
  running: number;
  draining: boolean;
}

/** Workers that live, with their load; for those who run the installation. */
export default function WorkersPage() {
  const { t, i18n } = useTranslation();
  const confirm = useConfirm();
  const workers = useQuery({
    queryKey: ['instance', 'workers'],
    queryFn: () => instanceApi.get<Page<Worker>>('workers'),
    refetchInterval: 3_000,
  });
  const tell = useChange(
    ({ worker, what }: { worker: Worker; what: 'drain' | 'resume' }) => instanceApi.post(`workers/${path(worker.id)}/${what}`),
    { done: t('workers.told'), touches: ['workers'] },
  );
  return (
    <>
      <PageTitle title={t('nav.workers')} />
      <PageHeader title={t('nav.workers')} sub={t('workers.sub')} />
      <Await query={workers}>
        {({ results }) =>
          results.length === 0 ? (
            <Empty title={t('workers.none')}>{t('workers.noneText')}</Empty>
          ) : (
            <div className="mr-table-wrap">
              <Table aria-label={t('nav.workers')}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('workers.worker')}</Table.Th>
                    <Table.Th>{t('workers.group')}</Table.Th>
                    <Table.Th>{t('workers.version')}</Table.Th>
                    <Table.Th>{t('workers.since')}</Table.Th>
                    <Table.Th miw={160}>{t('workers.load')}</Table.Th>
                    <Table.Th ta="right">{t('workers.running')}</Table.Th>
                    <Table.Th><span className="visually-hidden">…</span></Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {results.map((worker) => (
                    <Table.Tr key={worker.id} data-worker={worker.id}>
                      <Table.Td>
                        <Group gap="xs">
                          <span className="mr-mono">{worker.id}</span>
                          {worker.draining && <Badge size="sm" variant="light" color="orange" tt="none">{t('workers.draining')}</Badge>}
                        </Group>
                      </Table.Td>
                      <Table.Td><span className="mr-mono">{worker.group}</span></Table.Td>
                      <Table.Td>{worker.version ?? '–'}</Table.Td>
                      <Table.Td><Time at={worker.startedAt} /></Table.Td>
                      <Table.Td>
                        <Progress aria-label={t('workers.load')} value={(100 * worker.used) / Math.max(1, worker.slots)} />
                        <Text size="xs">{t('workers.slots', { used: formatNumber(worker.used, i18n.language), slots: formatNumber(worker.slots, i18n.language) })}</Text>
                      </Table.Td>
                      <Table.Td ta="right">{formatNumber(worker.running, i18n.language)}</Table.Td>
                      <Table.Td ta="right">
                        {worker.draining ? (
                          <Button size="compact-sm" variant="default" leftSection={<IconPlayerPlay size={14} />} loading={tell.isPending && tell.variables.worker.id === worker.id} onClick={() => tell.mutate({ worker, what: 'resume' })}>{t('workers.resume')}</Button>
                        ) : (
                          <Button
                            size="compact-sm" variant="default" leftSection={<IconPlayerPause size={14} />} loading={tell.isPending && tell.variables.worker.id === worker.id}
                            onClick={() => void confirm({ title: t('workers.drain'), text: t('workers.drainText', { id: worker.id }), confirm: t('workers.drain') }).then((yes) => yes && tell.mutate({ worker, what: 'drain' }))}
                          >
                            {t('workers.drain')}
                          </Button>
                        )}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </div>
          )
        }
      </Await>
    </>
  );
}
