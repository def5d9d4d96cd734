// SPDX-License-Identifier: Apache-2.0
import { Checkbox, Table, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Query } from '../../api/client';
import { isTerminal, type Execution, type Page } from '../../api/types';
import { useTenant } from '../../app/context';
import { Await, Labels, Lasting, Pager, StateBadge, TextLink, Time } from '../../components/basics';

interface Props {
  query: Query & { page: number; size: number };
  compact?: boolean;
  empty: ReactNode;
  picked?: ReadonlySet<string>;
  onPick?: (ids: ReadonlySet<string>) => void;
  onPage?: (page: number) => void;
  onLabel?: (label: string) => void;
}

/** A page of executions. It is read again and again while something on it runs. */
export function ExecutionTable({ query, compact = false, empty, picked, onPick, onPage, onLabel }: Props) {
  const { t } = useTranslation();
  const { api, to } = useTenant();
  // where there is little room, one of many flows is told by its flow
  const ofMany = compact && !query['flowId'];
  const executions = useQuery({
    queryKey: [api.tenant, 'executions', 'list', query],
    queryFn: ({ signal }) => api.get<Page<Execution>>('executions/search', { sort: 'state.startDate:desc', taskRuns: false, count: onPage ? undefined : false, ...query }, signal),
    placeholderData: keepPreviousData,
    // a text is looked for in all executions: not that often
    refetchInterval: (read) => (query['q'] ? 15_000 : read.state.data?.results.some((one) => !isTerminal(one.state.current)) ? 2_000 : 5_000),
  });
  return (
    <Await query={executions}>
      {(page) => {
        if (page.results.length === 0 && query.page === 1) return empty;
        const ids = page.results.map((one) => one.id);
        const toggle = (id: string) => {
          const next = new Set(picked);
          if (!next.delete(id)) next.add(id);
          onPick?.(next);
        };
        return (
          <>
            <div className={compact ? undefined : 'mr-table-wrap'} style={compact ? { overflowX: 'auto' } : undefined}>
              <Table horizontalSpacing={compact ? 4 : undefined} fz={compact ? 'xs' : undefined} aria-label={t('nav.executions')}>
                <Table.Thead>
                  <Table.Tr>
                    {picked && (
                      <Table.Th w={36}>
                        <Checkbox size="xs" aria-label={t('common.pickAll')} checked={picked.size > 0 && ids.every((id) => picked.has(id))} indeterminate={picked.size > 0 && !ids.every((id) => picked.has(id))}
                          onChange={(e) => onPick?.(e.currentTarget.checked ? new Set(ids) : new Set())} />
                      </Table.Th>
                    )}
                    <Table.Th>{t(ofMany ? 'common.flow' : 'common.id')}</Table.Th>
                    <Table.Th>{t('common.state')}</Table.Th>
                    <Table.Th>{t('executions.start')}</Table.Th>
                    <Table.Th ta="right">{t('executions.duration')}</Table.Th>
                    {!compact && <Table.Th>{t('common.flow')}</Table.Th>}
                    {!compact && <Table.Th>{t('common.labels')}</Table.Th>}
                    {!compact && <Table.Th>{t('executions.trigger')}</Table.Th>}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {page.results.map((one) => (
                    <Table.Tr key={one.id} data-execution={one.id}>
                      {picked && <Table.Td><Checkbox size="xs" aria-label={t('common.pick', { name: one.id })} checked={picked.has(one.id)} onChange={() => toggle(one.id)} /></Table.Td>}
                      <Table.Td>{ofMany ? <span className="mr-breaks"><TextLink to={to('executions', one.id)}>{one.flowId}</TextLink></span> : <TextLink to={to('executions', one.id)} mono>{one.id.slice(0, 8)}</TextLink>}</Table.Td>
                      <Table.Td><StateBadge state={one.state.current} /></Table.Td>
                      <Table.Td><Time at={one.state.startDate} short={compact} /></Table.Td>
                      <Table.Td ta="right"><Lasting state={one.state} /></Table.Td>
                      {!compact && (
                        <Table.Td>
                          <TextLink to={to('flows', one.namespace, one.flowId)}>{one.flowId}</TextLink>
                          <Text size="xs" c="dimmed" className="mr-mono">{one.namespace}</Text>
                        </Table.Td>
                      )}
                      {!compact && <Table.Td><Labels labels={one.labels} onPick={onLabel ? (label) => onLabel(`${label.key}:${label.value}`) : undefined} /></Table.Td>}
                      {!compact && <Table.Td><Text size="xs" c="dimmed">{one.trigger?.id ?? ''}</Text></Table.Td>}
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </div>
            {onPage && <Pager page={query.page} total={page.total} onPage={onPage} />}
          </>
        );
      }}
    </Await>
  );
}
