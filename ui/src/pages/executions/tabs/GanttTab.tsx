// SPDX-License-Identifier: Apache-2.0
import { Drawer } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFilters } from '../../../app/url';
import { StateBadge } from '../../../components/basics';
import type { ExecutionTab } from '../ExecutionPage';
import { Gantt } from '../Gantt';
import { TaskRunDetail } from '../TaskRunDetail';

export default function GanttTab({ execution }: ExecutionTab) {
  const { t } = useTranslation();
  const filters = useFilters();
  const picked = execution.taskRunList?.find((run) => run.id === filters.get('taskRun'));
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
