// SPDX-License-Identifier: Apache-2.0
import { useFilters } from '../../../app/url';
import { StateBadge } from '../../../components/basics';
import { SidePanel } from '../../../components/Dialog';
import type { ExecutionTab } from '../ExecutionPage';
import { Gantt } from '../Gantt';
import { TaskRunDetail } from '../TaskRunDetail';
import { useTaskRun } from '../taskRuns';

export default function GanttTab({ execution }: ExecutionTab) {
  const filters = useFilters();
  const picked = useTaskRun(execution.id, filters.get('taskRun') || undefined);
  return (
    <>
      <Gantt execution={execution} picked={picked?.id} onPick={(run) => filters.set({ taskRun: run.id })} />
      <SidePanel
        opened={picked !== undefined} onClose={() => filters.set({ taskRun: null })} size="xl"
        title={picked && <><b>{picked.taskId}</b> {picked.value} <StateBadge state={picked.state.current} /></>}
      >
        {picked && <TaskRunDetail execution={execution} run={picked} />}
      </SidePanel>
    </>
  );
}
