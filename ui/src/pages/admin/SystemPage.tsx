// SPDX-License-Identifier: Apache-2.0
import { Box, Group, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { request } from '../../api/client';
import type { Page } from '../../api/types';
import { useTenant } from '../../app/context';
import { Await, Empty, PageHeader, PageTitle, TextLink } from '../../components/basics';
import { ListView } from '../../components/ListView';

/** How the installation is, as far as the API says it. */
export default function SystemPage() {
  const { t } = useTranslation();
  const { api, to, can } = useTenant();
  const health = useQuery({
    queryKey: ['health'],
    queryFn: async () => (await (await request('GET', '/actuator/health')).json()) as { status: string },
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
          <Await query={health}>{(read) => <Text fz={24} fw={650} c={read.status === 'UP' ? 'var(--mr-success)' : 'var(--mr-failed)'}>{read.status}</Text>}</Await>
        </Box>
        {can('EXECUTION_READ') && (
          <Box className="mr-card" p="md" miw={220}>
            <Text size="sm" c="dimmed">{t('system.waiting')}</Text>
            <Await query={waiting}>{(read) => <Text fz={24} fw={650}><TextLink to={`${to('executions')}?state=QUEUED&state=CREATED`}>{read.total}</TextLink></Text>}</Await>
          </Box>
        )}
      </Group>
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
