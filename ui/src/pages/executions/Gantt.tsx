// SPDX-License-Identifier: Apache-2.0
import { Group, Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isTerminal, type Execution, type TaskRun } from '../../api/types';
import { formatDuration } from '../../app/format';
import { StateBadge } from '../../components/basics';
import { inTree } from './taskRuns';

const ROW = 34;

interface Props {
  execution: Execution;
  picked: string | undefined;
  onPick: (taskRun: TaskRun) => void;
}

/** Task runs over time. Only the rows in sight are in the page, however many there are. */
export function Gantt({ execution, picked, onPick }: Props) {
  const { t } = useTranslation();
  const [now, setNow] = useState(() => Date.now());
  const over = isTerminal(execution.state.current);
  useEffect(() => {
    if (over) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [over]);
  const rows = useMemo(() => inTree(execution.taskRunList ?? []), [execution.taskRunList]);
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroll.current, estimateSize: () => ROW, overscan: 12 });
  const start = new Date(execution.state.startDate).getTime();
  const end = Math.max(start + 1, execution.state.endDate ? new Date(execution.state.endDate).getTime() : now);
  const share = (at: number) => Math.min(100, Math.max(0, ((at - start) / (end - start)) * 100));
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return (
    <div className="mr-card" style={{ overflow: 'hidden' }}>
      <div className="mr-gantt-row" style={{ cursor: 'default', background: 'var(--mr-surface-2)', height: 30 }}>
        <Text size="xs" fw={600} c="dimmed">{t('executions.task')}</Text>
        <Text size="xs" fw={600} c="dimmed" ta="right">{t('executions.duration')}</Text>
        <div className="mr-gantt-scale" aria-hidden>
          {ticks.map((tick) => <span key={tick} style={{ left: `${tick * 100}%`, top: 4 }}>{formatDuration((end - start) * tick)}</span>)}
        </div>
      </div>
      <div ref={scroll} style={{ maxHeight: 'calc(100dvh - 330px)', minHeight: 68, overflow: 'auto' }} data-gantt tabIndex={rows.length > 20 ? 0 : undefined} aria-label={t('executionTab.gantt')} role="group">
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            const { run, depth } = row;
            const created = new Date(run.state.startDate).getTime();
            const began = run.state.histories.find((change) => change.state === 'RUNNING')?.date;
            const from = began ? new Date(began).getTime() : created;
            const to = run.state.endDate ? new Date(run.state.endDate).getTime() : now;
            return (
              <button
                key={run.id} type="button" className={`mr-gantt-row st-${run.state.current}`} style={{ position: 'absolute', top: item.start, height: ROW }} aria-current={picked === run.id ? 'true' : undefined}
                onClick={() => onPick(run)} data-task-run={run.taskId} data-state={run.state.current}
              >
                <Group gap={8} wrap="nowrap" miw={0} pl={depth * 14}>
                  <span className="mr-ellipsis" title={run.value === undefined ? run.taskId : `${run.taskId} · ${run.value}`}>
                    {run.taskId}{run.value !== undefined && <Text span size="xs" c="dimmed"> {run.value}</Text>}
                  </span>
                  {run.attempts.length > 1 && <Text span size="xs" c="dimmed">×{run.attempts.length}</Text>}
                </Group>
                <Text size="xs" ta="right" className="mr-nowrap">{formatDuration(to - created)}</Text>
                <span className="mr-gantt-track">
                  <span className="mr-gantt-wait" style={{ left: `${share(created)}%`, width: `${share(from) - share(created)}%` }} />
                  <span className="mr-gantt-bar" style={{ left: `${share(from)}%`, width: `${Math.max(0.3, share(to) - share(from))}%` }} />
                  <span style={{ position: 'absolute', right: 0, top: -2, display: share(to) < 80 ? undefined : 'none' }}><StateBadge state={run.state.current} /></span>
                </span>
              </button>
            );
          })}
        </div>
        {rows.length === 0 && <Text size="sm" c="dimmed" p="md">{t('executions.noTasks')}</Text>}
      </div>
    </div>
  );
}
