// SPDX-License-Identifier: Apache-2.0
import { Badge, Button, Code, Group, Select, Table, Text } from '@mantine/core';
import { IconDownload, IconShieldCheck } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Page } from '../../api/types';
import { useTenant } from '../../app/context';
import { millisOf } from '../../app/format';
import { useChange } from '../../app/hooks';
import { useFilters } from '../../app/url';
import { Await, Empty, Json, PageHeader, PageTitle, TextLink, Time } from '../../components/basics';
import { SidePanel } from '../../components/Dialog';
import { FilterBar, SearchFilter } from '../../components/filters';

interface Entry {
  sequence: number;
  hash: string;
  event: { id: string; at: string; subject: string; address?: string; action: string; resource: string; outcome: string; details?: Record<string, unknown> | null };
}

/** What a task did was done in an execution: there it is. */
function ByExecution({ details }: { details: Entry['event']['details'] }) {
  const { to } = useTenant();
  const [execution, flow] = [details?.['execution'], details?.['flow']];
  return typeof execution === 'string' && typeof flow === 'string' ? <Text size="xs"><TextLink to={to('executions', execution)}>{flow}</TextLink></Text> : null;
}

const SIZE = 50;

/** Who did what: newest first, and on by the number of the last entry, so that it stays fast however long it gets. */
export default function AuditPage() {
  const { t } = useTranslation();
  const { api } = useTenant();
  const filters = useFilters();
  const [open, setOpen] = useState<Entry | null>(null);
  const [whole, setWhole] = useState<boolean | null>(null);
  const range = filters.get('timeRange');
  // the same as long as the page is open: else each look would be another question
  const [now] = useState(() => Date.now());
  const from = range ? new Date(now - millisOf(range)).toISOString() : undefined;
  const query = { subject: filters.get('subject'), action: filters.get('action'), resource: filters.get('resource'), outcome: filters.get('outcome'), from };
  const entries = useInfiniteQuery({
    queryKey: [api.tenant, 'audit', query],
    queryFn: ({ pageParam, signal }) => api.get<Page<Entry>>('audit', { ...query, size: SIZE, before: pageParam }, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (last) => (last.results.length < SIZE ? undefined : last.results[last.results.length - 1]?.sequence),
    placeholderData: keepPreviousData,
  });
  const verify = useChange(() => api.get<{ whole: boolean }>('audit/verify'), { touches: [], then: (answer) => setWhole(answer.whole) });
  return (
    <>
      <PageTitle title={t('nav.audit')} />
      <PageHeader title={t('nav.audit')} sub={t('audit.sub')}>
        {whole !== null && <Badge color={whole ? 'green.9' : 'red.8'} size="lg">{t(whole ? 'audit.whole' : 'audit.broken')}</Badge>}
        <Button variant="default" leftSection={<IconShieldCheck size={16} />} loading={verify.isPending} onClick={() => verify.mutate(undefined)}>{t('audit.verify')}</Button>
        <Button variant="default" component="a" href={api.url('audit/export', query)} leftSection={<IconDownload size={16} />}>{t('audit.export')}</Button>
      </PageHeader>
      <FilterBar filters={filters}>
        <SearchFilter filters={filters} name="subject" label={t('audit.subject')} width={180} />
        <SearchFilter filters={filters} name="action" label={t('audit.action')} width={180} />
        <SearchFilter filters={filters} name="resource" label={t('audit.resource')} width={220} />
        <Select w={150} clearable aria-label={t('audit.outcome')} placeholder={t('audit.outcome')} value={filters.get('outcome') || null} onChange={(outcome) => filters.set({ outcome })} data={[{ value: 'success', label: t('audit.success') }, { value: 'refused', label: t('audit.refused') }]} />
        <Select w={150} clearable aria-label={t('executions.period')} placeholder={t('executions.period')} value={range || null} onChange={(timeRange) => filters.set({ timeRange })} data={['PT1H', 'PT24H', 'P7D', 'P30D'].map((one) => ({ value: one, label: t(`range.${one}`) }))} />
      </FilterBar>
      <Await query={entries}>
        {(data) => {
          const rows = data.pages.flatMap((page) => page.results);
          return rows.length === 0 ? <Empty title={t('audit.none')}>{t(filters.any ? 'common.noneFoundText' : 'audit.noneText')}</Empty> : (
            <>
              <div className="mr-table-wrap">
                <Table aria-label={t('nav.audit')}>
                  <Table.Thead><Table.Tr><Table.Th>{t('metrics.at')}</Table.Th><Table.Th>{t('audit.subject')}</Table.Th><Table.Th>{t('audit.did')}</Table.Th><Table.Th>{t('audit.on')}</Table.Th><Table.Th>{t('audit.outcome')}</Table.Th><Table.Th><span className="visually-hidden">…</span></Table.Th></Table.Tr></Table.Thead>
                  <Table.Tbody>
                    {rows.map((row) => (
                      <Table.Tr key={row.sequence}>
                        <Table.Td><Time at={row.event.at} relative={false} /></Table.Td><Table.Td>{row.event.subject}</Table.Td><Table.Td><Code>{row.event.action}</Code></Table.Td><Table.Td className="mr-mono">{row.event.resource}<ByExecution details={row.event.details} /></Table.Td>
                        <Table.Td><Text size="sm" c={row.event.outcome === 'success' ? undefined : 'var(--mr-failed)'}>{t(`audit.${row.event.outcome}`, row.event.outcome)}</Text></Table.Td>
                        <Table.Td><Button size="compact-xs" variant="default" onClick={() => setOpen(row)}>{t('audit.details')}</Button></Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </div>
              {entries.hasNextPage && <Group justify="center" mt="sm"><Button variant="default" loading={entries.isFetchingNextPage} onClick={() => void entries.fetchNextPage()}>{t('audit.older')}</Button></Group>}
            </>
          );
        }}
      </Await>
      <SidePanel opened={open !== null} onClose={() => setOpen(null)} size="lg" title={open?.event.action}>{open && <Json value={open} />}</SidePanel>
    </>
  );
}
