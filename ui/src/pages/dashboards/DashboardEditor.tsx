// SPDX-License-Identifier: Apache-2.0
import { Box, Button, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDeviceFloppy } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { parse, stringify } from 'yaml';
import { path } from '../../api/client';
import { useTenant } from '../../app/context';
import { PageHeader, PageTitle, TextLink } from '../../components/basics';
import { ErrorCount, FirstError } from '../../components/Errors';
import { CodeEditor } from '../../editor/CodeEditor';
import { isRecord } from '../../editor/schema';
import { useCheck } from '../../editor/useCheck';
import { useDraft } from '../../editor/useDraft';
import { useLeaveGuard } from '../flows/useLeaveGuard';
import { ChartView } from './ChartView';
import { FIRST, type Chart, type Dashboard } from './charts';

/** A dashboard as YAML, with what is wrong with it where it is wrong, beside what it would show. */
export function DashboardEditor({ dashboard, etag }: { dashboard?: Dashboard; etag?: string | null }) {
  const { t } = useTranslation();
  const { api, to } = useTenant();
  const navigate = useNavigate();
  const { errors, check } = useCheck('dashboards/validate');
  const place = dashboard ? `dashboards/${path(dashboard.id)}` : 'dashboards';
  const { text, setText, dirty, busy, save, merge } = useDraft<Dashboard>({
    stored: { text: dashboard?.sourceCode ?? '', etag: etag ?? null },
    begun: dashboard ? undefined : FIRST,
    read: async () => {
      const newest = await api.getVersioned<Dashboard>(place);
      return { text: newest.value.sourceCode, etag: newest.etag };
    },
    write: (source, headers) => api.versioned(dashboard ? 'PUT' : 'POST', place, { body: source, contentType: 'application/x-yaml', headers }),
    done: () => t('dashboards.saved'), touches: ['dashboards', 'charts'],
  });
  const leave = useLeaveGuard(dirty && (dashboard !== undefined || text !== FIRST));
  const store = () => { if (dirty && errors.length === 0) void save().then((saved) => saved && leave(() => void navigate(to('dashboards', saved.id)))); };
  const [settled] = useDebouncedValue(text, 600);
  const charts = useMemo(() => previewsOf(settled), [settled]);
  const title = dashboard?.title ?? t('dashboards.create');
  return (
    <>
      <PageTitle title={title} />
      <PageHeader title={title} crumbs={<TextLink to={to('dashboards')}>{t('nav.dashboards')}</TextLink>}>
        <ErrorCount errors={errors} />
        <Button component={Link} variant="default" to={dashboard ? to('dashboards', dashboard.id) : to('dashboards')}>{t('common.cancel')}</Button>
        <Button leftSection={<IconDeviceFloppy size={16} />} loading={busy} disabled={!dirty || errors.length > 0} onClick={store}>{t('common.save')}</Button>
      </PageHeader>
      <Box mb={errors.length > 0 ? 'sm' : 0}><FirstError errors={errors} /></Box>
      <Box h="calc(100dvh - 210px)" mih={420} className="mr-panes" __vars={{ '--panes': 'minmax(0, 1fr) minmax(0, 1fr)' }}>
        <CodeEditor label={t('dashboards.source')} value={text} onChange={setText} onSave={store} check={check} />
        <Stack style={{ overflow: 'auto' }} tabIndex={0} role="region" aria-label={t('dashboards.preview')}>
          {charts.map(({ chart, source }) => <ChartView key={chart.id} chart={chart} ask={{ path: 'dashboards/charts/preview', body: { chart: source } }} />)}
        </Stack>
      </Box>
      {merge}
    </>
  );
}

/** Charts of a source that may be half-written. */
function previewsOf(text: string): { chart: Chart; source: string }[] {
  let read: unknown;
  try {
    read = parse(text);
  } catch {
    return [];
  }
  const charts = isRecord(read) && Array.isArray(read['charts']) ? (read['charts'] as unknown[]) : [];
  return charts.flatMap((chart) => {
    if (!isRecord(chart) || typeof chart['id'] !== 'string' || typeof chart['type'] !== 'string') return [];
    const options = isRecord(chart['chartOptions']) ? chart['chartOptions'] : {};
    const content = typeof chart['content'] === 'string' ? chart['content'] : undefined;
    return [{ chart: { id: chart['id'], type: chart['type'], chartOptions: options, content }, source: stringify(chart) }];
  });
}
