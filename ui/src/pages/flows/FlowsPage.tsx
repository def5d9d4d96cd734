// SPDX-License-Identifier: Apache-2.0
import { Badge, Button, Checkbox, Group, Menu, SegmentedControl, Table, Text } from '@mantine/core';
import { IconDotsVertical, IconPlus, IconUpload } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { DangerButton } from '../../components/DangerButton';
import { ProblemError } from '../../api/client';
import type { FlowDocument, Page } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange, useKey } from '../../app/hooks';
import { usePreferences } from '../../app/preferences';
import { useFilters } from '../../app/url';
import { Await, Empty, Labels, notifyProblem, PageHeader, Pager, PageTitle, TextLink } from '../../components/basics';
import { useConfirm } from '../../components/confirm';
import { FilterBar, LabelFilter, NamespaceFilter, SearchFilter } from '../../components/filters';
import { LastRuns } from './LastRuns';
import { SourceSearch } from './SourceSearch';

export default function FlowsPage() {
  const { t } = useTranslation();
  const { api, to, can } = useTenant();
  const filters = useFilters();
  const navigate = useNavigate();
  const { pageSize } = usePreferences();
  const confirm = useConfirm();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const upload = useRef<HTMLInputElement>(null);
  const inSource = filters.get('in') === 'source';
  const query = { q: filters.get('q'), namespace: filters.get('namespace'), labels: filters.all('labels'), page: filters.page, size: pageSize, tasks: false };
  const flows = useQuery({
    queryKey: [api.tenant, 'flows', 'list', query],
    queryFn: ({ signal }) => api.get<Page<FlowDocument>>('flows/search', query, signal),
    placeholderData: keepPreviousData,
    enabled: !inSource,
  });
  useKey('n', () => can('FLOW_CREATE') && void navigate(to('flows', 'new')));

  const ids = () => [...picked].map((key) => ({ namespace: key.split('/')[0], id: key.split('/')[1] }));
  const bulk = useChange(
    (action: 'enable' | 'disable' | 'delete') =>
      action === 'delete' ? api.delete('flows/delete/by-ids', undefined, ids()) : api.post(`flows/${action}/by-ids`, ids()),
    { done: t('flows.changed'), touches: ['flows'], then: () => setPicked(new Set()) },
  );
  const load = useChange(
    (file: File) => {
      const form = new FormData();
      form.append('fileUpload', file);
      return api.form<string[]>('flows/import', form);
    },
    {
      done: (wrong) => (wrong.length === 0 ? t('flows.imported') : undefined), touches: ['flows', 'triggers', 'namespaces'],
      then: (wrong) => {
        if (wrong.length > 0) notifyProblem(new ProblemError({ status: 422, type: '/problems/invalid', detail: t('flows.notImported', { names: wrong.join(', ') }) }));
      },
    },
  );
  const rows = flows.data?.results ?? [];
  const pickable = can('FLOW_UPDATE') || can('FLOW_DELETE');
  const keyOf = (flow: FlowDocument) => `${flow.namespace}/${flow.id}`;
  const toggle = (key: string) =>
    setPicked((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });

  return (
    <>
      <PageTitle title={t('nav.flows')} />
      <PageHeader title={t('nav.flows')}>
        <Menu position="bottom-end">
          <Menu.Target><Button variant="default" px="xs" aria-label={t('common.more')} loading={load.isPending}><IconDotsVertical size={16} /></Button></Menu.Target>
          <Menu.Dropdown>
            {can('FLOW_CREATE') && <Menu.Item leftSection={<IconUpload size={15} />} onClick={() => upload.current?.click()}>{t('flows.import')}</Menu.Item>}
            <Menu.Item component="a" href={api.url('flows/export/by-query', { q: filters.get('q'), namespace: filters.get('namespace') })}>{t('flows.export')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        {can('FLOW_CREATE') && (
          <>
            <input ref={upload} type="file" hidden accept=".zip,.yaml,.yml" onChange={(e) => { const file = e.currentTarget.files?.[0]; if (file) load.mutate(file); e.currentTarget.value = ''; }} />
            <Button component={Link} to={to('flows', 'new')} leftSection={<IconPlus size={16} />}>{t('flows.create')}</Button>
          </>
        )}
      </PageHeader>
      <FilterBar
        filters={filters}
        right={
          picked.size > 0 ? (
            <Group gap="xs">
              <Text size="sm">{t('common.picked', { count: picked.size })}</Text>
              {can('FLOW_UPDATE') && <Button size="xs" variant="default" disabled={bulk.isPending} onClick={() => bulk.mutate('enable')}>{t('common.enable')}</Button>}
              {can('FLOW_UPDATE') && <Button size="xs" variant="default" disabled={bulk.isPending} onClick={() => bulk.mutate('disable')}>{t('common.disable')}</Button>}
              {can('FLOW_DELETE') && (
                <DangerButton size="xs" disabled={bulk.isPending} onClick={() => void confirm({ title: t('flows.deleteMany', { count: picked.size }), text: t('flows.deleteText'), confirm: t('common.delete'), danger: true }).then((yes) => yes && bulk.mutate('delete'))}>
                  {t('common.delete')}
                </DangerButton>
              )}
            </Group>
          ) : undefined
        }
      >
        <SearchFilter filters={filters} label={inSource ? t('flows.searchSource') : t('flows.search')} />
        <SegmentedControl
          size="sm" aria-label={t('flows.searchIn')} value={inSource ? 'source' : 'name'} onChange={(value) => filters.set({ in: value === 'source' ? 'source' : null })}
          data={[{ value: 'name', label: t('flows.inName') }, { value: 'source', label: t('flows.inSource') }]}
        />
        <NamespaceFilter filters={filters} />
        {!inSource && <LabelFilter filters={filters} />}
      </FilterBar>
      {inSource ? (
        <SourceSearch filters={filters} />
      ) : (
        <Await query={flows}>
          {(page) =>
            page.total === 0 ? (
              filters.any ? (
                <Empty title={t('flows.noneFound')}>{t('common.noneFoundText')}</Empty>
              ) : (
                <Empty title={t('flows.none')} action={can('FLOW_CREATE') && <Button component={Link} to={to('flows', 'new')}>{t('flows.createFirst')}</Button>}>{t('flows.noneText')}</Empty>
              )
            ) : (
              <>
                <div className="mr-table-wrap">
                  <Table highlightOnHover={false} aria-label={t('nav.flows')}>
                    <Table.Thead>
                      <Table.Tr>
                        {pickable && (
                          <Table.Th w={36}>
                            <Checkbox size="xs" aria-label={t('common.pickAll')} checked={picked.size > 0 && picked.size === rows.length} indeterminate={picked.size > 0 && picked.size < rows.length}
                              onChange={(e) => setPicked(e.currentTarget.checked ? new Set(rows.map(keyOf)) : new Set())} />
                          </Table.Th>
                        )}
                        <Table.Th>{t('common.id')}</Table.Th>
                        <Table.Th>{t('common.namespace')}</Table.Th>
                        <Table.Th>{t('common.labels')}</Table.Th>
                        <Table.Th>{t('flows.triggers')}</Table.Th>
                        {can('EXECUTION_READ') && <Table.Th>{t('flows.lastRuns')}</Table.Th>}
                        <Table.Th ta="right">{t('common.revision')}</Table.Th>
                      </Table.Tr>
                    </Table.Thead>
                    <Table.Tbody>
                      {page.results.map((flow) => (
                        <Table.Tr key={keyOf(flow)}>
                          {pickable && <Table.Td><Checkbox size="xs" aria-label={t('common.pick', { name: flow.id })} checked={picked.has(keyOf(flow))} onChange={() => toggle(keyOf(flow))} /></Table.Td>}
                          <Table.Td>
                            <Group gap={6} wrap="nowrap">
                              <TextLink to={to('flows', flow.namespace, flow.id)}><b>{flow.id}</b></TextLink>
                              {flow.disabled && <Badge size="xs" color="gray" variant="light">{t('common.disabled')}</Badge>}
                            </Group>
                            {flow.description && <Text size="xs" c="dimmed" lineClamp={1} maw={380}>{flow.description}</Text>}
                          </Table.Td>
                          <Table.Td className="mr-mono">{flow.namespace}</Table.Td>
                          <Table.Td><Labels labels={flow.labels} onPick={(label) => filters.set({ labels: [...new Set([...filters.all('labels'), `${label.key}:${label.value}`])] })} /></Table.Td>
                          <Table.Td>{flow.triggers?.length ?? 0 ? <Text size="xs" c="dimmed">{flow.triggers?.map((trigger) => trigger.id).join(', ')}</Text> : null}</Table.Td>
                          {can('EXECUTION_READ') && <Table.Td><LastRuns namespace={flow.namespace} flowId={flow.id} /></Table.Td>}
                          <Table.Td ta="right">{flow.revision}</Table.Td>
                        </Table.Tr>
                      ))}
                    </Table.Tbody>
                  </Table>
                </div>
                <Pager page={filters.page} total={page.total} onPage={(next) => filters.set({ page: next })} />
              </>
            )
          }
        </Await>
      )}
    </>
  );
}
