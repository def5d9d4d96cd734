// SPDX-License-Identifier: Apache-2.0
import { Badge, Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { path } from '../api/client';
import { useTenant } from '../app/context';
import { useChange } from '../app/hooks';
import { useFilters } from '../app/url';
import { Empty, Json, PageHeader, PageTitle, StateBadge, TextLink } from '../components/basics';
import { EXAMPLES } from '../components/examples';
import { FilterBar, NamespaceFilter, SearchFilter } from '../components/filters';
import { ListView } from '../components/ListView';

interface Suite {
  id: string;
  namespace: string;
  flowId: string;
  description?: string;
  testCases: { id: string }[];
  disabled: boolean;
}

interface SuiteRun {
  state?: string;
  results?: { testId?: string; state?: string; [key: string]: unknown }[];
}

/** Suites of tests of flows, run on the server. */
export default function TestsPage() {
  const { t } = useTranslation();
  const { api, to, can } = useTenant();
  const filters = useFilters();
  const [result, setResult] = useState<{ suite: Suite; run: SuiteRun } | null>(null);
  const run = useChange((suite: Suite) => api.post<SuiteRun>(`tests/${path(suite.namespace, suite.id)}/run`, {}), { touches: ['tests'], then: (answer, suite) => setResult({ suite, run: answer }) });
  return (
    <>
      <PageTitle title={t('nav.tests')} />
      <PageHeader title={t('nav.tests')} sub={t('tests.sub')} />
      <FilterBar filters={filters}><SearchFilter filters={filters} label={t('common.search')} /><NamespaceFilter filters={filters} /></FilterBar>
      <ListView<Suite>
        topic="tests" path="tests/search" query={{ q: filters.get('q'), namespace: filters.get('namespace') }} label={t('nav.tests')} keyOf={(row) => `${row.namespace}/${row.id}`} empty={filters.any ? <Empty title={t('tests.noneFound')}>{t('common.noneFoundText')}</Empty> : <Empty title={t('tests.none')} example={EXAMPLES.test}>{t('tests.noneText')}</Empty>}
        columns={[
          { head: t('common.id'), cell: (row) => <><b>{row.id}</b>{row.disabled && <Badge ml={6} size="xs" color="gray" variant="light">{t('common.disabled')}</Badge>}{row.description && <Text size="xs" c="dimmed">{row.description}</Text>}</> },
          { head: t('common.flow'), cell: (row) => <><TextLink to={to('flows', row.namespace, row.flowId)}>{row.flowId}</TextLink><Text size="xs" c="dimmed" className="mr-mono">{row.namespace}</Text></> },
          { head: t('tests.cases'), cell: (row) => row.testCases.length, right: true },
          { head: '', right: true, cell: (row) => can('EXECUTION_CREATE', row.namespace) && <Button size="compact-sm" variant="default" leftSection={<IconPlayerPlay size={14} />} loading={run.isPending && run.variables === row} onClick={() => run.mutate(row)}>{t('tests.run')}</Button> },
        ]}
      />
      <Drawer opened={result !== null} onClose={() => setResult(null)} size="lg" title={result?.suite.id} closeButtonProps={{ 'aria-label': t('common.close') }}>
        {result && (
          <Stack>
            <Group>{result.run.state && <StateBadge state={result.run.state} />}</Group>
            <Json value={result.run} />
          </Stack>
        )}
      </Drawer>
    </>
  );
}
