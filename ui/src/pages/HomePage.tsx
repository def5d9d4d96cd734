// SPDX-License-Identifier: Apache-2.0
import { Badge, Box, Button, Grid, Group, SegmentedControl, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { isTerminal, STATES, UNFINISHED, type Execution, type LogLine, type Page, type TriggerWithState } from '../api/types';
import { useTenant } from '../app/context';
import { formatDuration, formatNumber, millisOf } from '../app/format';
import { useFilters } from '../app/url';
import { plain } from '../components/ansi';
import { Await, Empty, PageHeader, PageTitle, StateBadge, TextLink, Time } from '../components/basics';
import { bucketOf, DurationChart, StateChart, type ExecutionBucket } from '../components/StateChart';
import { ExecutionTable } from './executions/ExecutionTable';

const RANGES = ['PT1H', 'PT24H', 'P7D'];
/** The server has its own clock: what is a day and a moment for it would show as bars of days. */
const LITTLE = 60_000;

export default function HomePage() {
  const { t, i18n } = useTranslation();
  const { api, to, can, session } = useTenant();
  const filters = useFilters();
  const range = filters.get('timeRange') || 'PT24H';
  const stats = useQuery({
    queryKey: [api.tenant, 'executions', 'home', range],
    queryFn: () => api.post<ExecutionBucket[]>('stats/executions/daily', { startDate: new Date(Date.now() - millisOf(range) + LITTLE).toISOString() }),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
    enabled: can('EXECUTION_READ'),
  });
  const running = useQuery({
    queryKey: [api.tenant, 'executions', 'running'],
    queryFn: ({ signal }) => api.get<Page<Execution>>('executions/search', { state: UNFINISHED.join(), size: 1, taskRuns: false }, signal),
    refetchInterval: 5_000,
    enabled: can('EXECUTION_READ'),
  });
  const numbers = useMemo(() => {
    const all = stats.data;
    if (!all) return undefined;
    const count = (...states: readonly string[]) => all.reduce((sum, bucket) => states.reduce((within, state) => within + (bucket.executionCounts[state] ?? 0), sum), 0);
    const ended = count(...STATES.filter(isTerminal));
    const lasted = all.reduce((sum, bucket) => sum + millisOf(bucket.duration.sum), 0);
    const timed = all.reduce((sum, bucket) => sum + bucket.duration.count, 0);
    return {
      total: count(...STATES),
      share: ended ? count('SUCCESS', 'WARNING') / ended : undefined,
      failed: count('FAILED'),
      mean: timed ? lasted / timed : undefined,
      chart: all.map(bucketOf),
    };
  }, [stats.data]);

  if (!can('EXECUTION_READ')) {
    return <><PageTitle title={t('nav.home')} /><PageHeader title={t('home.hello', { name: session.name })} /><Empty title={t('home.nothing')} /></>;
  }
  // what isn't known yet, or can't be read, isn't nothing
  const number = (value: number | undefined) => (value === undefined ? '–' : formatNumber(value, i18n.language));
  const cards = [
    { label: t('home.running'), value: number(running.data?.total), to: `${to('executions')}?${UNFINISHED.map((state) => `state=${state}`).join('&')}` },
    { label: t('home.total'), value: number(numbers?.total), to: `${to('executions')}?timeRange=${range}` },
    { label: t('home.success'), value: numbers?.share === undefined ? '–' : new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 1 }).format(numbers.share), to: `${to('executions')}?timeRange=${range}&state=SUCCESS&state=WARNING` },
    { label: t('home.failed'), value: number(numbers?.failed), to: `${to('executions')}?timeRange=${range}&state=FAILED`, bad: (numbers?.failed ?? 0) > 0 },
    { label: t('home.mean'), value: numbers?.mean === undefined ? '–' : formatDuration(numbers.mean, i18n.language), to: `${to('executions')}?timeRange=${range}` },
  ];
  return (
    <>
      <PageTitle title={t('nav.home')} />
      <PageHeader title={t('home.hello', { name: session.name })} sub={t('home.sub')}>
        <SegmentedControl size="xs" aria-label={t('executions.period')} value={range} onChange={(timeRange) => filters.set({ timeRange })} data={RANGES.map((one) => ({ value: one, label: t(`range.${one}`) }))} />
        {can('FLOW_CREATE') && <Button component={Link} to={to('flows', 'new')}>{t('flows.create')}</Button>}
      </PageHeader>
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 5 }} mb="md">
        {cards.map((card) => (
          <Box key={card.label} className="mr-card" p="md" component={Link} to={card.to} style={{ textDecoration: 'none', color: 'inherit' }}>
            <Text size="sm" c="dimmed">{card.label}</Text>
            <Text fz={26} fw={650} c={card.bad ? 'var(--mr-failed)' : undefined}>{card.value}</Text>
          </Box>
        ))}
      </SimpleGrid>
      <Box className="mr-card" p="md" mb="md">
        <Title order={2} mb="xs">{t('home.overTime')}</Title>
        <Await query={{ ...stats, data: numbers }}>
          {({ chart }) => (
            <>
              <StateChart buckets={chart} />
              <Title order={3} mt="md" mb="xs">{t('home.durations')}</Title>
              <DurationChart buckets={chart} />
            </>
          )}
        </Await>
      </Box>
      <Grid>
        <Grid.Col span={{ base: 12, lg: 7 }}><Failures range={range} /></Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Stack>
            {can('TRIGGER_READ') && <><Schedules late /><Schedules /></>}
            <Box className="mr-card" p="md">
              <Title order={2} mb="xs">{t('home.latest')}</Title>
              <ExecutionTable query={{ size: 8, page: 1 }} compact empty={<Empty title={t('executions.none')}>{t('executions.noneText')}</Empty>} />
            </Box>
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}

/** The latest failures, each with the first line that says why. */
function Failures({ range }: { range: string }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const failures = useQuery({
    queryKey: [api.tenant, 'executions', 'failures', range],
    queryFn: ({ signal }) => api.get<Page<Execution>>('executions/search', { timeRange: range, state: 'FAILED', size: 8, taskRuns: false, count: false, sort: 'state.startDate:desc' }, signal),
    refetchInterval: 15_000,
  });
  return (
    <Box className="mr-card" p="md">
      <Title order={2} mb="xs">{t('home.failures')}</Title>
      <Await query={failures}>
        {(page) => (page.results.length === 0 ? <Empty title={t('home.noFailures')} /> : <Stack gap="sm">{page.results.map((one) => <Failure key={one.id} execution={one} />)}</Stack>)}
      </Await>
    </Box>
  );
}

function Failure({ execution }: { execution: Execution }) {
  const { api, to, can } = useTenant();
  const line = useQuery({
    queryKey: [api.tenant, 'logs', 'first-error', execution.id],
    queryFn: ({ signal }) => api.get<Page<LogLine>>('logs/search', { executionId: execution.id, minLevel: 'ERROR', size: 1, sort: 'timestamp:asc' }, signal),
    enabled: !execution.error && can('LOG_READ', execution.namespace),
    staleTime: Infinity,
  });
  const why = execution.error ?? line.data?.results[0]?.message;
  return (
    <div>
      <Group gap="sm" wrap="nowrap">
        <StateBadge state={execution.state.current} />
        <Text size="sm" className="mr-ellipsis"><TextLink to={to('executions', execution.id)}><b>{execution.flowId}</b></TextLink> <Text span size="xs" c="dimmed">{execution.namespace}</Text></Text>
        <Text size="xs" c="dimmed" ml="auto"><Time at={execution.state.startDate} /></Text>
      </Group>
      {why && <Text size="xs" className="mr-mono" lineClamp={2} mt={2} dir="auto">{plain(why)}</Text>}
    </div>
  );
}

/** How long after its date a trigger is late. */
const LATE_AFTER = 60_000;

/** Triggers by their next date: those whose date has gone by though they are on, and those to come. */
function Schedules({ late = false }: { late?: boolean }) {
  const { t, i18n } = useTranslation();
  const { api, to } = useTenant();
  const triggers = useQuery({
    queryKey: [api.tenant, 'triggers', late ? 'late' : 'next'],
    queryFn: ({ signal }) => {
      const at = new Date(Date.now() - LATE_AFTER).toISOString();
      const when = late ? { 'filters[endDate][LESS_THAN]': at } : { 'filters[startDate][GREATER_THAN]': at };
      return api.get<Page<TriggerWithState>>('triggers/search', { ...when, 'filters[triggerState][EQUALS]': 'ENABLED', size: 6, sort: 'nextExecutionDate:asc' }, signal);
    },
    refetchInterval: 30_000,
  });
  return (
    <Box className="mr-card" p="md" data-schedules={late ? 'late' : 'next'}>
      <Group gap="xs" mb="xs">
        <Title order={2}>{t(late ? 'home.late' : 'home.next')}</Title>
        {late && triggers.data && triggers.data.total > 0 && <Badge color="red.8">{formatNumber(triggers.data.total, i18n.language)}</Badge>}
      </Group>
      <Await query={triggers}>
        {(page) =>
          page.results.length === 0 ? (
            <Text size="sm" c="dimmed">{t(late ? 'home.noneLate' : 'home.noNext')}</Text>
          ) : (
            <Stack gap={6}>
              {page.results.map(({ triggerContext: one }) => (
                <Group key={`${one.namespace}/${one.flowId}/${one.triggerId}`} justify="space-between" wrap="nowrap">
                  <Text size="sm" className="mr-ellipsis"><TextLink to={to('flows', one.namespace, one.flowId, 'triggers')}>{one.flowId}</TextLink> <Text span size="xs" c="dimmed">{one.triggerId}</Text></Text>
                  <Text size="sm" c={late ? 'var(--mr-failed)' : 'dimmed'}><Time at={one.nextExecutionDate} /></Text>
                </Group>
              ))}
            </Stack>
          )
        }
      </Await>
    </Box>
  );
}
