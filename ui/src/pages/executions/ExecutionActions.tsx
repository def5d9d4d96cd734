// SPDX-License-Identifier: Apache-2.0
import { Button, Group, Menu } from '@mantine/core';
import { IconDotsVertical, IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconRefresh, IconRepeat, IconTag, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { DangerButton } from '../../components/DangerButton';
import { isTerminal, type Execution } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { useConfirm } from '../../components/confirm';
import { LabelsDialog } from './LabelsDialog';
import { ReplayDialog } from './ReplayDialog';
import { ResumeDialog } from './ResumeDialog';
import { StateDialog } from './StateDialog';
import { isReview, useWaiting } from './waiting';

/** What can be done with an execution in its state, by whoever looks at it. */
export function ExecutionActions({ execution }: { execution: Execution }) {
  const { t } = useTranslation();
  const { api, to, can } = useTenant();
  const navigate = useNavigate();
  const confirm = useConfirm();
  const [open, setOpen] = useState<'resume' | 'replay' | 'labels' | 'state' | null>(null);
  const state = execution.state.current;
  const over = isTerminal(state);
  const base = `executions/${execution.id}`;
  const mayUpdate = can('EXECUTION_UPDATE', execution.namespace);
  const mayDelete = can('EXECUTION_DELETE', execution.namespace);
  const { data: waiting } = useWaiting(execution, mayUpdate && state === 'PAUSED');
  const act = useChange((work: () => Promise<Execution | undefined>) => work(), {
    touches: ['executions'],
    then: (after) => {
      if (after && after.id !== execution.id) void navigate(to('executions', after.id));
    },
  });
  const change = useChange((work: () => Promise<Execution>) => work(), { done: t('executions.bulkDone', { count: 1 }), touches: ['executions'], then: () => setOpen(null) });
  const remove = useChange(() => api.delete(base), { done: t('executions.deleted'), touches: ['executions'], then: () => void navigate(to('executions')) });
  const post = (action: string) => act.mutate(() => api.post<Execution>(`${base}/${action}`));
  const kill = () =>
    void confirm({ title: t('executions.killTitle'), text: t('executions.killText'), confirm: t('executions.action.kill'), danger: true }).then(
      (yes) => yes && act.mutate(() => api.delete<Execution>(`${base}/kill`)),
    );
  return (
    <Group gap="xs">
      {mayUpdate && state === 'PAUSED' && <Button leftSection={<IconPlayerPlay size={16} />} onClick={() => setOpen('resume')}>{t(waiting?.[0] && isReview(waiting[0]) ? 'executions.action.review' : 'executions.action.resume')}</Button>}
      {mayUpdate && state === 'BREAKPOINT' && <Button leftSection={<IconPlayerPlay size={16} />} loading={act.isPending} onClick={() => act.mutate(() => api.post<Execution>(`${base}/actions/resume-from-breakpoint`))}>{t('executions.action.goOn')}</Button>}
      {mayUpdate && state === 'RUNNING' && <Button variant="default" leftSection={<IconPlayerPause size={16} />} loading={act.isPending} onClick={() => post('pause')}>{t('executions.action.pause')}</Button>}
      {mayUpdate && state === 'QUEUED' && <Button variant="default" leftSection={<IconPlayerPlay size={16} />} loading={act.isPending} onClick={() => post('force-run')}>{t('executions.action.force-run')}</Button>}
      {mayUpdate && !over && <DangerButton leftSection={<IconPlayerStop size={16} />} disabled={act.isPending} onClick={kill}>{t('executions.action.kill')}</DangerButton>}
      {mayUpdate && state === 'FAILED' && <Button variant="default" leftSection={<IconRefresh size={16} />} loading={act.isPending} onClick={() => post('restart')}>{t('executions.action.restart')}</Button>}
      {(over || state === 'BREAKPOINT') && can('EXECUTION_CREATE', execution.namespace) && <Button leftSection={<IconRepeat size={16} />} onClick={() => setOpen('replay')}>{t('executions.action.replay')}</Button>}
      {(mayUpdate || (mayDelete && over)) && (
        <Menu position="bottom-end">
          <Menu.Target><Button variant="default" px="xs" aria-label={t('common.more')}><IconDotsVertical size={16} /></Button></Menu.Target>
          <Menu.Dropdown>
            {mayUpdate && over && <Menu.Item leftSection={<IconTag size={15} />} onClick={() => setOpen('labels')}>{t('executions.editLabels')}</Menu.Item>}
            {mayUpdate && over && <Menu.Item onClick={() => setOpen('state')}>{t('executions.setState')}</Menu.Item>}
            {mayUpdate && !over && <Menu.Item onClick={() => post('force-run')}>{t('executions.action.force-run')}</Menu.Item>}
            {mayDelete && over && (
              <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={() => void confirm({ title: t('executions.deleteTitle'), text: t('executions.deleteText'), confirm: t('common.delete'), danger: true }).then((yes) => yes && remove.mutate(undefined))}>
                {t('common.delete')}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      {open === 'resume' && <ResumeDialog execution={execution} onClose={() => setOpen(null)} />}
      {open === 'replay' && <ReplayDialog execution={execution} onClose={() => setOpen(null)} />}
      {open === 'labels' && <LabelsDialog labels={execution.labels} busy={change.isPending} onSave={(labels) => change.mutate(() => api.post(`${base}/labels`, labels))} onClose={() => setOpen(null)} />}
      {open === 'state' && <StateDialog text={t('executions.setStateText')} busy={change.isPending} onSet={(status) => change.mutate(() => api.post(`${base}/change-status`, undefined, { status }))} onClose={() => setOpen(null)} />}
    </Group>
  );
}
