// SPDX-License-Identifier: Apache-2.0
import { Alert, Anchor, Group, Text } from '@mantine/core';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import type { Execution } from '../../api/types';
import { useTenant } from '../../app/context';
import { lazily } from '../../app/lazily';
import { Await, CopyButton, Labels, Lasting, PageHeader, PageTitle, StateBadge, TextLink, Time, Waiting } from '../../components/basics';
import { TabBar } from '../../components/TabBar';
import { ExecutionActions } from './ExecutionActions';
import { StartedBy } from './StartedBy';
import { useFirstFailure } from './taskRuns';
import { useExecution } from './useExecution';

export interface ExecutionTab {
  execution: Execution;
}

const TABS = {
  overview: { permission: 'EXECUTION_READ', view: lazily(() => import('./tabs/OverviewTab')) },
  gantt: { permission: 'EXECUTION_READ', view: lazily(() => import('./tabs/GanttTab')) },
  topology: { permission: 'EXECUTION_READ', view: lazily(() => import('./tabs/TopologyTab')) },
  logs: { permission: 'LOG_READ', view: lazily(() => import('./tabs/LogsTab')) },
  outputs: { permission: 'EXECUTION_READ', view: lazily(() => import('./tabs/OutputsTab')) },
  metrics: { permission: 'METRIC_READ', view: lazily(() => import('./tabs/MetricsTab')) },
  history: { permission: 'EXECUTION_READ', view: lazily(() => import('./tabs/HistoryTab')) },
} as const;
type Tab = keyof typeof TABS;

export default function ExecutionPage() {
  const { t } = useTranslation();
  const { executionId = '', tab = 'gantt' } = useParams();
  const { to, can } = useTenant();
  const navigate = useNavigate();
  const query = useExecution(executionId);
  const execution = query.data;
  const shown = (Object.keys(TABS) as Tab[]).filter((id) => can(TABS[id].permission, execution?.namespace));
  const current = shown.find((id) => id === tab) ?? 'gantt';
  const View = TABS[current].view;
  return (
    <>
      <PageTitle title={`${executionId.slice(0, 8)} · ${execution?.flowId ?? ''}`} />
      <PageHeader
        title={
          <Group gap="sm">
            <span className="mr-mono" style={{ fontSize: '1.1rem' }}>{executionId}</span>
            {execution && <StateBadge state={execution.state.current} />}
          </Group>
        }
        crumbs={
          <>
            <TextLink to={to('executions')}>{t('nav.executions')}</TextLink>
            {execution && <> / <TextLink to={to('namespaces', execution.namespace)}>{execution.namespace}</TextLink> / <TextLink to={to('flows', execution.namespace, execution.flowId)}>{execution.flowId}</TextLink></>}
          </>
        }
        sub={
          execution && (
            <Group gap="md">
              <span>{t('executions.start')}: <Time at={execution.state.startDate} /></span>
              <span>{t('executions.duration')}: <Lasting state={execution.state} /></span>
              <span>{t('flows.revisionN', { revision: execution.flowRevision })}</span>
              {execution.trigger && <span>{t('executions.trigger')}: <StartedBy execution={execution} /></span>}
              {execution.parentId && <span>{t('executions.replayOf')} <TextLink to={to('executions', execution.parentId)} mono>{execution.parentId.slice(0, 8)}</TextLink></span>}
              {execution.scheduleDate && <span>{t('run.later')}: <Time at={execution.scheduleDate} relative={false} /></span>}
              <Labels labels={execution.labels} />
            </Group>
          )
        }
      >
        <CopyButton value={executionId} label={t('executions.copyId')} />
        {execution && <ExecutionActions execution={execution} />}
      </PageHeader>
      {execution && <Why execution={execution} />}
      <TabBar value={current} tabs={shown} nameOf={(id) => t(`executionTab.${id}`)} onChange={(next) => void navigate(to('executions', executionId, next))} />
      <Await query={query}>
        {(loaded) => (
          <Suspense fallback={<Waiting />}>
            <View execution={loaded} key={executionId} />
          </Suspense>
        )}
      </Await>
    </>
  );
}

/** What failed, with the way to it. */
function Why({ execution }: { execution: Execution }) {
  const { t } = useTranslation();
  const { to } = useTenant();
  const failed = useFirstFailure(execution);
  if (execution.state.current !== 'FAILED') return null;
  if (!failed && !execution.error) return null;
  return (
    <Alert color="red" variant="light" mb="md" p="sm" styles={{ message: { color: 'var(--mantine-color-text)' } }}>
      <Group gap="sm">
        <Text size="sm">{execution.error ?? t('executions.failedAt', { task: failed?.taskId })}</Text>
        {failed && <Anchor size="sm" component={Link} to={`${to('executions', execution.id, 'logs')}?taskRunId=${failed.id}`}>{t('executions.seeLog')}</Anchor>}
        <Anchor size="sm" component={Link} to={to('flows', execution.namespace, execution.flowId, 'edit')}>{t('executions.mend')}</Anchor>
      </Group>
    </Alert>
  );
}
