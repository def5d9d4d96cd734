// SPDX-License-Identifier: Apache-2.0
import { Alert, Badge, Box, Group, Table, Text, Title, Tooltip } from '@mantine/core';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { instanceApi, ProblemError, request } from '../../api/client';
import type { Page } from '../../api/types';
import { useTenant } from '../../app/context';
import { formatDuration, formatNumber } from '../../app/format';
import { Await, Empty, PageHeader, PageTitle, TextLink, Time } from '../../components/basics';
import { ListView } from '../../components/ListView';

interface Queue {
  name: string;
  purpose: string;
  group?: string | null;
  tenant?: string | null;
  waiting: number;
  consumers: number;
}

interface Installation {
  instances: { id: string; host?: string | null; version?: string | null; startedAt: string; lanes: number; waiting: number; lagMs: number }[];
  lanes: { lane: number; instance?: string | null; waiting: number }[];
  queues: Queue[];
}

interface Health {
  services: { name: string; status: string }[];
  execution?: Installation | null;
}

const EVERY = 5_000;

/** What can't be read any more isn't known to be so: it doesn't show as if it were. */
function now<T>(query: UseQueryResult<T>): UseQueryResult<T> | { data: undefined; error: Error; refetch: () => unknown; isPending: false } {
  return query.isRefetchError ? { data: undefined, error: query.error, refetch: query.refetch, isPending: false } : query;
}

/** How the installation is: for all whether it answers, for those who run it what waits where. */
export default function SystemPage() {
  const { t } = useTranslation();
  const { api, to, can, session } = useTenant();
  const health = useQuery({
    queryKey: ['health'],
    queryFn: async () => {
      try {
        return (await (await request('GET', '/actuator/health')).json()) as { status: string };
      } catch (e) {
        // whoever is asked and isn't well says so by this status
        if (e instanceof ProblemError && e.status === 503) return { status: 'DOWN' };
        throw e;
      }
    },
    refetchInterval: 10_000,
  });
  const waiting = useQuery({
    queryKey: [api.tenant, 'executions', 'queued'],
    queryFn: () => api.get<Page<unknown>>('executions/search', { state: 'QUEUED,CREATED', size: 1, taskRuns: false }),
    refetchInterval: 10_000,
    enabled: can('EXECUTION_READ'),
  });
  return (
    <>
      <PageTitle title={t('nav.system')} />
      <PageHeader title={t('nav.system')} sub={t('system.sub')} />
      <Group mb="md" align="stretch">
        <Box className="mr-card" p="md" miw={220}>
          <Text size="sm" c="dimmed">{t('system.gateway')}</Text>
          <Await query={now(health)}>{(read) => <Status status={read.status} />}</Await>
        </Box>
        {can('EXECUTION_READ') && (
          <Box className="mr-card" p="md" miw={220}>
            <Text size="sm" c="dimmed">{t('system.waiting')}</Text>
            <Await query={now(waiting)}>{(read) => <Text fz={24} fw={650}><TextLink to={`${to('executions')}?state=QUEUED&state=CREATED`}>{read.total}</TextLink></Text>}</Await>
          </Box>
        )}
      </Group>
      {session.operator ? <Installed /> : <Text size="sm" c="dimmed" mb="md">{t('system.operatorOnly')}</Text>}
      {can('EXECUTION_READ') && (
        <>
          <Title order={2} mb="xs">{t('system.limits')}</Title>
          <ListView<{ namespace: string; flowId: string; running: number }>
            topic="limits" path="concurrency-limit/search" label={t('system.limits')} keyOf={(row) => `${row.namespace}/${row.flowId}`} empty={<Empty title={t('system.noLimits')}>{t('system.noLimitsText')}</Empty>}
            columns={[
              { head: t('common.flow'), cell: (row) => <TextLink to={to('flows', row.namespace, row.flowId)}>{row.flowId}</TextLink> },
              { head: t('common.namespace'), cell: (row) => <span className="mr-mono">{row.namespace}</span> },
              { head: t('home.running'), cell: (row) => row.running, right: true },
            ]}
          />
        </>
      )}
    </>
  );
}

function Status({ status }: { status: string }) {
  const { t } = useTranslation();
  return <Text fz={24} fw={650} c={status === 'UP' ? 'var(--mr-success)' : 'var(--mr-failed)'} data-status={status}>{t(`system.status.${status}`, status)}</Text>;
}

function Installed() {
  const { t } = useTranslation();
  const health = useQuery({ queryKey: ['instance', 'health'], queryFn: () => instanceApi.get<Health>('health'), refetchInterval: EVERY });
  return (
    <Await query={now(health)}>
      {({ services, execution }) => (
        <>
          <Title order={2} mb="xs">{t('system.services')}</Title>
          <Group mb="md" align="stretch">
            {services.map((service) => (
              <Box key={service.name} className="mr-card" p="md" miw={140} data-service={service.name}>
                <Text size="sm" c="dimmed">{service.name}</Text>
                <Status status={service.status} />
              </Box>
            ))}
          </Group>
          {execution ? <Lanes installation={execution} /> : <Alert color="orange" variant="light" mb="md" title={t('system.unknown')}>{t('system.unknownText')}</Alert>}
        </>
      )}
    </Await>
  );
}

function Lanes({ installation }: { installation: Installation }) {
  const { t, i18n } = useTranslation();
  const number = (value: number) => formatNumber(value, i18n.language);
  const names = new Map(installation.instances.map((instance) => [instance.id, instance.host ?? instance.id]));
  return (
    <>
      <Title order={2} mb="xs">{t('system.instances')}</Title>
      <div className="mr-table-wrap">
        <Table aria-label={t('system.instances')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('system.instance')}</Table.Th>
              <Table.Th>{t('workers.version')}</Table.Th>
              <Table.Th>{t('workers.since')}</Table.Th>
              <Table.Th ta="right">{t('system.lanes')}</Table.Th>
              <Table.Th ta="right">{t('system.inbox')}</Table.Th>
              <Table.Th ta="right">{t('system.lag')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {installation.instances.map((instance) => (
              <Table.Tr key={instance.id}>
                <Table.Td><Text fz="inherit">{instance.host ?? '–'}</Text><Text size="xs" c="dimmed" className="mr-mono">{instance.id}</Text></Table.Td>
                <Table.Td>{instance.version ?? '–'}</Table.Td>
                <Table.Td><Time at={instance.startedAt} /></Table.Td>
                <Table.Td ta="right">{number(instance.lanes)}</Table.Td>
                <Table.Td ta="right">{number(instance.waiting)}</Table.Td>
                <Table.Td ta="right">{formatDuration(instance.lagMs, i18n.language)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      <Title order={2} mt="md">{t('system.lanes')}</Title>
      <Text size="sm" c="dimmed" mb="xs">{t('system.lanesText')}</Text>
      <ul className="mr-lanes">
        {installation.lanes.map(({ lane, instance, waiting }) => {
          const text = t('system.lane', { lane, waiting: number(waiting), instance: instance ? (names.get(instance) ?? instance) : t('system.nobody') });
          return (
            <Tooltip key={lane} label={text}>
              <li data-lane={lane} className={instance ? undefined : 'mr-lane-free'} data-waiting={waiting > 0 || undefined}>
                <span aria-hidden>{number(waiting)}</span>
                <span className="visually-hidden">{text}</span>
              </li>
            </Tooltip>
          );
        })}
      </ul>
      <Title order={2} mt="md" mb="xs">{t('system.queues')}</Title>
      <div className="mr-table-wrap">
        <Table aria-label={t('system.queues')} mb="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('system.queue')}</Table.Th>
              <Table.Th>{t('workers.group')}</Table.Th>
              <Table.Th>{t('shell.tenant')}</Table.Th>
              <Table.Th ta="right">{t('system.messages')}</Table.Th>
              <Table.Th ta="right">{t('system.consumers')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {installation.queues.map((queue) => (
              <Table.Tr key={queue.name} data-queue={queue.name}>
                <Table.Td><Text fz="inherit">{t(`system.purpose.${queue.purpose}`, queue.purpose)}</Text><Text size="xs" c="dimmed" className="mr-mono">{queue.name}</Text></Table.Td>
                <Table.Td>{queue.group ?? ''}</Table.Td>
                <Table.Td>{queue.tenant ?? ''}</Table.Td>
                <Table.Td ta="right">{number(queue.waiting)}</Table.Td>
                <Table.Td ta="right">
                  {queue.consumers === 0 && queue.purpose !== 'DEAD' && queue.waiting > 0 ? <Badge color="orange" variant="light" tt="none">{t('system.noConsumer')}</Badge> : number(queue.consumers)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </>
  );
}
