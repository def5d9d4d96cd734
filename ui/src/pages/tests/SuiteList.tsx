// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Badge, Button, Group, Text } from '@mantine/core';
import { IconEdit, IconEye, IconPlayerPlay, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { path } from '../../api/client';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { useFilters } from '../../app/url';
import { Empty, StateBadge, TextLink, Time } from '../../components/basics';
import { useConfirm } from '../../components/confirm';
import { FilterBar, NamespaceFilter, SearchFilter } from '../../components/filters';
import { ListView } from '../../components/ListView';
import { SuiteDialog } from './SuiteDialog';
import { SuiteResult } from './SuiteResult';
import { firstSuite, type Suite, type SuiteRun } from './suites';

/** Suites of tests, of all flows or of one: written, run on the server, and how they came out last. */
export function SuiteList({ fixed }: { fixed?: { namespace: string; flowId: string } }) {
  const { t } = useTranslation();
  const { api, to, can } = useTenant();
  const filters = useFilters();
  const confirm = useConfirm();
  const [written, setWritten] = useState<Suite | 'new' | null>(null);
  const [shown, setShown] = useState<SuiteRun | null>(null);
  const run = useChange((suite: Suite) => api.post<SuiteRun>(`tests/${path(suite.namespace, suite.id)}/run`, {}), { touches: ['tests'], then: setShown });
  const remove = useChange((suite: Suite) => api.delete(`tests/${path(suite.namespace, suite.id)}`), { done: t('tests.deleted'), touches: ['tests'] });
  const example = firstSuite(fixed?.namespace ?? 'company.team', fixed?.flowId ?? 'my-flow');
  const add = can('FLOW_CREATE', fixed?.namespace) && <Button leftSection={<IconPlus size={16} />} onClick={() => setWritten('new')}>{t('tests.add')}</Button>;
  return (
    <>
      <FilterBar filters={filters} right={add}>
        {!fixed && <><SearchFilter filters={filters} label={t('common.search')} /><NamespaceFilter filters={filters} /></>}
      </FilterBar>
      <ListView<Suite>
        topic="tests" path="tests/search" query={fixed ? { ...fixed, includeChildNamespaces: false } : { q: filters.get('q'), namespace: filters.get('namespace') }} label={t('nav.tests')} keyOf={(row) => `${row.namespace}/${row.id}`}
        empty={filters.any ? <Empty title={t('tests.noneFound')}>{t('common.noneFoundText')}</Empty> : <Empty title={t('tests.none')} example={example}>{t('tests.noneText')}</Empty>}
        columns={[
          { head: t('common.id'), cell: (row) => <><b>{row.id}</b>{row.disabled && <Badge ml={6} size="xs" color="gray" variant="light">{t('common.disabled')}</Badge>}{row.description && <Text size="xs" c="dimmed">{row.description}</Text>}</> },
          { head: t('common.flow'), hidden: fixed !== undefined, cell: (row) => <><TextLink to={to('flows', row.namespace, row.flowId, 'tests')}>{row.flowId}</TextLink><Text size="xs" c="dimmed" className="mr-mono">{row.namespace}</Text></> },
          { head: t('tests.cases'), cell: (row) => row.testCases.length, right: true },
          { head: t('tests.last'), hidden: !can('EXECUTION_READ', fixed?.namespace), cell: (row) => <Last suite={row} onShow={setShown} /> },
          {
            head: '', right: true,
            cell: (row) => (
              <Group gap={4} justify="flex-end" wrap="nowrap">
                {can('EXECUTION_CREATE', row.namespace) && <Button size="compact-sm" variant="default" leftSection={<IconPlayerPlay size={14} />} loading={run.isPending && run.variables === row} onClick={() => run.mutate(row)}>{t('tests.run')}</Button>}
                {can('FLOW_UPDATE', row.namespace)
                  ? <ActionIcon aria-label={t('tests.edit', { id: row.id })} onClick={() => setWritten(row)}><IconEdit size={16} /></ActionIcon>
                  : <ActionIcon aria-label={t('tests.see', { id: row.id })} onClick={() => setWritten(row)}><IconEye size={16} /></ActionIcon>}
                {can('FLOW_DELETE', row.namespace) && (
                  <ActionIcon aria-label={t('tests.delete', { id: row.id })} onClick={() => void confirm({ title: t('tests.delete', { id: row.id }), text: t('tests.deleteText'), confirm: t('common.delete'), danger: true }).then((yes) => yes && remove.mutate(row))}><IconTrash size={16} /></ActionIcon>
                )}
              </Group>
            ),
          },
        ]}
      />
      {written && <SuiteDialog suite={written === 'new' ? undefined : written} example={example} onClose={() => setWritten(null)} />}
      {shown && <SuiteResult run={shown} onClose={() => setShown(null)} />}
    </>
  );
}

function Last({ suite, onShow }: { suite: Suite; onShow: (run: SuiteRun) => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const { namespace, id } = suite;
  const last = useQuery({
    queryKey: [api.tenant, 'tests', 'last', namespace, id],
    queryFn: () => api.post<{ results: SuiteRun[] }>('tests/results/search/last', { testSuiteIds: [{ namespace, id }] }),
  });
  const run = last.data?.results[0];
  if (!run) return null;
  return (
    <Group gap="xs" wrap="nowrap">
      <Button variant="transparent" p={0} h="auto" aria-label={`${t(`state.${run.state}`, run.state)}: ${t('tests.show', { id })}`} onClick={() => onShow(run)}><StateBadge state={run.state} /></Button>
      <Text size="xs" c="dimmed"><Time at={run.endDate} /></Text>
    </Group>
  );
}
