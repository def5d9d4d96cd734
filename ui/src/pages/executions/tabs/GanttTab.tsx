// SPDX-License-Identifier: Apache-2.0
import { Drawer } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFilters } from '../../../app/url';
import { StateBadge } from '../../../components/basics';
import type { ExecutionTab } from '../ExecutionPage';
import { Gantt } from '../Gantt';
import { TaskRunDetail } from '../TaskRunDetail';
import { useTaskRun } from '../taskRuns';

export default function GanttTab({ execution }: ExecutionTab) {
  const { t } = useTranslation();
  const filters = useFilters();
  const picked = useTaskRun(execution.id, filters.get('taskRun') || undefined);
  return (
    <>
      <Gantt execution={execution} picked={picked?.id} onPick={(run) => filters.set({ taskRun: run.id })} />
      <Drawer
        opened={picked !== undefined} onClose={() => filters.set({ taskRun: null })} size="xl" closeButtonProps={{ 'aria-label': t('common.close') }}
        title={picked && <><b>{picked.taskId}</b> {picked.value} <StateBadge state={picked.state.current} /></>}
      >
        {picked && <TaskRunDetail execution={execution} run={picked} />}
      </Drawer>
    </>
  );
}
