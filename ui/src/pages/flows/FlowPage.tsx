// SPDX-License-Identifier: Apache-2.0
import { Badge, Button, Group, Menu } from '@mantine/core';
import { IconDotsVertical, IconPlayerPlay, IconTemplate, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import type { FlowDocument } from '../../api/types';
import { useTenant } from '../../app/context';
import { lazily } from '../../app/lazily';
import { useChange, useKey } from '../../app/hooks';
import { Await, Labels, PageHeader, PageTitle, TextLink, Waiting } from '../../components/basics';
import { useConfirm } from '../../components/confirm';
import { TabBar } from '../../components/TabBar';
import { KeepDialog } from './KeepDialog';
import { RunDialog } from './RunDialog';
import { flowPath } from './paths';

const TABS = {
  overview: { permission: 'FLOW_READ', view: lazily(() => import('./FlowOverview')) },
  edit: { permission: 'FLOW_READ', view: lazily(() => import('./FlowEditor')) },
  executions: { permission: 'EXECUTION_READ', view: lazily(() => import('./FlowExecutions')) },
  grid: { permission: 'EXECUTION_READ', view: lazily(() => import('./FlowGrid')) },
  revisions: { permission: 'FLOW_READ', view: lazily(() => import('./FlowRevisions')) },
  triggers: { permission: 'TRIGGER_READ', view: lazily(() => import('./FlowTriggers')) },
  logs: { permission: 'LOG_READ', view: lazily(() => import('./FlowLogs')) },
  metrics: { permission: 'METRIC_READ', view: lazily(() => import('./FlowMetrics')) },
  dependencies: { permission: 'FLOW_READ', view: lazily(() => import('./FlowDependencies')) },
  tests: { permission: 'FLOW_READ', view: lazily(() => import('./FlowTests')) },
} as const;
type Tab = keyof typeof TABS;

export default function FlowPage() {
  const { t } = useTranslation();
  const { namespace = '', flowId = '', tab = 'overview' } = useParams();
  const { api, to, can } = useTenant();
  const navigate = useNavigate();
  const confirm = useConfirm();
  const [running, setRunning] = useState(false);
  const [keeping, setKeeping] = useState(false);
  const flow = useQuery({
    queryKey: [api.tenant, 'flows', 'one', namespace, flowId],
    queryFn: () => api.getVersioned<FlowDocument>(flowPath(namespace, flowId), { source: true }),
  });
  const remove = useChange(() => api.delete(flowPath(namespace, flowId)), {
    done: t('flows.deleted'), touches: ['flows'], then: () => void navigate(to('flows')),
  });
  // blueprints are the whole tenant's
  const mayKeep = can('FLOW_CREATE', '') && flow.data !== undefined;
  const mayRun = can('EXECUTION_CREATE', namespace);
  useKey('r', () => mayRun && setRunning(true));
  const shown = (Object.keys(TABS) as Tab[]).filter((id) => can(TABS[id].permission, namespace));
  const current = shown.find((id) => id === tab) ?? 'overview';
  const View = TABS[current].view;

  return (
    <>
      <PageTitle title={flowId} />
      <PageHeader
        title={flowId}
        crumbs={<><TextLink to={to('flows')}>{t('nav.flows')}</TextLink> / <TextLink to={`${to('flows')}?namespace=${encodeURIComponent(namespace)}`}>{namespace}</TextLink></>}
        sub={
          flow.data && (
            <Group gap="xs">
              <span>{t('flows.revisionN', { revision: flow.data.value.revision })}</span>
              {flow.data.value.disabled && <Badge size="sm" color="gray" variant="light">{t('common.disabled')}</Badge>}
              <Labels labels={flow.data.value.labels} />
            </Group>
          )
        }
      >
        {(can('FLOW_DELETE', namespace) || mayKeep) && (
          <Menu position="bottom-end">
            <Menu.Target><Button variant="default" px="xs" aria-label={t('common.more')}><IconDotsVertical size={16} /></Button></Menu.Target>
            <Menu.Dropdown>
              {mayKeep && <Menu.Item leftSection={<IconTemplate size={15} />} onClick={() => setKeeping(true)}>{t('blueprints.keep')}</Menu.Item>}
              {can('FLOW_DELETE', namespace) && (
                <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={() => void confirm({ title: t('flows.deleteOne', { id: flowId }), text: t('flows.deleteText'), confirm: t('common.delete'), danger: true }).then((yes) => yes && remove.mutate(undefined))}>
                  {t('common.delete')}
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
        )}
        {mayRun && (
          <Button leftSection={<IconPlayerPlay size={16} />} onClick={() => setRunning(true)} disabled={flow.data?.value.disabled}>{t('flows.execute')}</Button>
        )}
      </PageHeader>
      <TabBar value={current} tabs={shown} nameOf={(id) => t(`flowTab.${id}`)} onChange={(next) => void navigate(to('flows', namespace, flowId, next))} />
      <Await query={flow}>
        {(loaded) => (
          <Suspense fallback={<Waiting />}>
            <View flow={loaded.value} etag={loaded.etag} key={`${namespace}/${flowId}`} />
          </Suspense>
        )}
      </Await>
      {keeping && flow.data && <KeepDialog flow={flow.data.value} onClose={() => setKeeping(false)} />}
      {running && <RunDialog namespace={namespace} flowId={flowId} onClose={() => setRunning(false)} />}
    </>
  );
}
