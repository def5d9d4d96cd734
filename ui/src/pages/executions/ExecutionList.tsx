// SPDX-License-Identifier: Apache-2.0
import { Button, Group, Menu, Progress as ProgressBar, Select, Text } from '@mantine/core';
import { IconChevronDown, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Progress, Query } from '../../api/client';
import type { Label } from '../../api/types';
import { useTenant } from '../../app/context';
import { formatNumber } from '../../app/format';
import { useChange } from '../../app/hooks';
import { usePreferences } from '../../app/preferences';
import { useFilters } from '../../app/url';
import { Empty } from '../../components/basics';
import { useConfirm } from '../../components/confirm';
import { FilterBar, LabelFilter, NamespaceFilter, SearchFilter, StateFilter } from '../../components/filters';
import { ExecutionTable } from './ExecutionTable';
import { LabelsDialog } from './LabelsDialog';
import { StateDialog } from './StateDialog';

const RANGES = ['PT1H', 'PT24H', 'P7D', 'P30D'] as const;
const BULK = {
  pause: 'EXECUTION_UPDATE',
  resume: 'EXECUTION_UPDATE',
  restart: 'EXECUTION_UPDATE',
  replay: 'EXECUTION_CREATE',
  unqueue: 'EXECUTION_UPDATE',
  'force-run': 'EXECUTION_UPDATE',
  kill: 'EXECUTION_UPDATE',
  delete: 'EXECUTION_DELETE',
} as const;
type BulkAction = keyof typeof BULK;

/** Executions with filters in the URL and actions on many. */
export function ExecutionList({ fixed }: { fixed?: { namespace: string; flowId: string } }) {
  const { t, i18n } = useTranslation();
  const { api, can } = useTenant();
  const filters = useFilters();
  const confirm = useConfirm();
  const { pageSize } = usePreferences();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState<'labels' | 'state' | null>(null);
  const asked: Query = {
    q: filters.get('q'),
    state: filters.all('state').join(','),
    labels: filters.all('labels'),
    timeRange: filters.get('timeRange'),
    triggerId: filters.get('triggerId'),
    ...(fixed ? { 'filters[namespace][EQUALS]': fixed.namespace, flowId: fixed.flowId } : { namespace: filters.get('namespace'), flowId: filters.get('flowId') }),
  };
  const [progress, setProgress] = useState<Progress | null>(null);
  /** A hundred thousand take minutes. */
  const many = (method: string, path: string, json?: unknown, query?: Query) => api.long<{ count: number }>(method, path, { json, query }, setProgress).finally(() => setProgress(null));
  const bulk = useChange(
    ({ action, ids }: { action: BulkAction; ids: string[] | null }) => {
      const where = ids ? 'by-ids' : 'by-query';
      const query = ids ? undefined : asked;
      return many(action === 'delete' || action === 'kill' ? 'DELETE' : 'POST', `executions/${action === 'delete' ? '' : `${action}/`}${where}`, ids ?? undefined, query);
    },
    { done: (answer) => t('executions.bulkDone', { count: answer.count }), touches: ['executions'], then: () => setPicked(new Set()) },
  );
  const change = useChange((work: () => Promise<{ count: number }>) => work(), {
    done: (answer) => t('executions.bulkDone', { count: answer.count }), touches: ['executions'],
    then: () => {
      setPicked(new Set());
      setOpen(null);
    },
  });
  const ids = picked.size > 0 ? [...picked] : null;
  const setLabels = (labels: Label[]) =>
    change.mutate(() => (ids ? many('POST', 'executions/labels/by-ids', { executionsId: ids, executionLabels: labels }) : many('POST', 'executions/labels/by-query', labels, asked)));
  const setState = (newStatus: string) =>
    change.mutate(() => (ids ? many('POST', 'executions/change-status/by-ids', ids, { newStatus }) : many('POST', 'executions/change-status/by-query', undefined, { ...asked, newStatus })));
  const act = (action: BulkAction, all: boolean) =>
    void confirm({
      title: all ? t(`executions.bulkAll.${action}`) : t(`executions.bulk.${action}`, { count: picked.size }),
      text: all ? t('executions.bulkAllText') : undefined,
      confirm: t(`executions.action.${action}`),
      danger: action === 'kill' || action === 'delete',
    }).then((yes) => yes && bulk.mutate({ action, ids: all ? null : [...picked] }));
  const allowed = (Object.keys(BULK) as BulkAction[]).filter((action) => can(BULK[action], fixed?.namespace));

  return (
    <>
      <FilterBar
        filters={filters}
        right={
          <Group gap="xs">
            {picked.size > 0 && <Text size="sm">{t('common.picked', { count: picked.size })}</Text>}
            {allowed.length > 0 && (
              <Menu position="bottom-end">
                <Menu.Target><Button variant="default" rightSection={<IconChevronDown size={15} />} loading={bulk.isPending}>{t('executions.bulkMenu')}</Button></Menu.Target>
                <Menu.Dropdown>
                  <Menu.Label>{picked.size > 0 ? t('common.picked', { count: picked.size }) : t('executions.bulkFound')}</Menu.Label>
                  {allowed.map((action) => (
                    <Menu.Item key={action} color={action === 'delete' || action === 'kill' ? 'red' : undefined} onClick={() => act(action, picked.size === 0)}>{t(`executions.action.${action}`)}</Menu.Item>
                  ))}
                  {can('EXECUTION_UPDATE', fixed?.namespace) && (
                    <>
                      <Menu.Divider />
                      <Menu.Item onClick={() => setOpen('labels')}>{t('executions.editLabels')}</Menu.Item>
                      <Menu.Item onClick={() => setOpen('state')}>{t('executions.setState')}</Menu.Item>
                    </>
                  )}
                </Menu.Dropdown>
              </Menu>
            )}
            <Button variant="default" px="xs" component="a" href={api.url('executions/export/by-query/csv', asked)} aria-label={t('executions.csv')}><IconDownload size={16} /></Button>
          </Group>
        }
      >
        <SearchFilter filters={filters} label={t('executions.search')} width={220} />
        {!fixed && <NamespaceFilter filters={filters} />}
        <StateFilter filters={filters} />
        <Select
          w={150} aria-label={t('executions.period')} placeholder={t('executions.period')} clearable value={filters.get('timeRange') || null} onChange={(timeRange) => filters.set({ timeRange })}
          data={RANGES.map((range) => ({ value: range, label: t(`range.${range}`) }))}
        />
        <LabelFilter filters={filters} />
      </FilterBar>
      {progress && (
        <Group gap="sm" mb="sm" wrap="nowrap">
          <ProgressBar flex={1} aria-label={t('executions.bulkMenu')} value={(100 * progress.done) / Math.max(1, progress.of)} />
          <Text size="sm" role="status" className="mr-nowrap">{t('executions.bulkProgress', { done: formatNumber(progress.done, i18n.language), of: formatNumber(progress.of, i18n.language) })}</Text>
        </Group>
      )}
      <ExecutionTable
        query={{ ...asked, page: filters.page, size: pageSize }} picked={allowed.length > 0 ? picked : undefined} onPick={setPicked} onPage={(page) => filters.set({ page })}
        onLabel={(label) => filters.set({ labels: [...new Set([...filters.all('labels'), label])] })}
        empty={filters.any ? <Empty title={t('executions.noneFound')}>{t('common.noneFoundText')}</Empty> : <Empty title={t('executions.none')}>{t(fixed ? 'executions.noneOfFlow' : 'executions.noneText')}</Empty>}
      />
      {open === 'labels' && <LabelsDialog busy={change.isPending} onSave={setLabels} onClose={() => setOpen(null)} />}
      {open === 'state' && <StateDialog text={ids ? t('executions.setStateOf', { count: ids.length }) : t('executions.bulkAllText')} busy={change.isPending} onSet={setState} onClose={() => setOpen(null)} />}
    </>
  );
}
