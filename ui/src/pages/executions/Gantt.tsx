// SPDX-License-Identifier: Apache-2.0
import { Group, Text } from '@mantine/core';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isTerminal, type Branch, type Execution, type Page, type TaskRun } from '../../api/types';
import { useTenant } from '../../app/context';
import { formatDuration, formatNumber } from '../../app/format';
import { Await, StateBadge } from '../../components/basics';
import { byParent, ofTaskRuns, rowsOf, sum, useOutline, type Row } from './taskRuns';

const ROW = 34;
/** An execution with no more task runs is read at once; of a bigger one, only what is in sight. */
const SMALL = 200;
const PAGE = 100;
/** What holds no more than this is open from the start. */
const OPEN = 50;

interface Props {
  execution: Execution;
  picked: string | undefined;
  onPick: (taskRun: TaskRun) => void;
}

/** Task runs over time, as a tree. */
export function Gantt(props: Props) {
  const all = useOutline(props.execution.id, { size: SMALL });
  return <Await query={all}>{(page) => (page.total > SMALL ? <Big {...props} /> : <Small {...props} branches={page.results} />)}</Await>;
}

function useOpen(otherwise: (branch: Branch) => boolean) {
  const [said, setSaid] = useState<ReadonlyMap<string, boolean>>(new Map());
  const isOpen = (branch: Branch) => said.get(branch.taskRun.id) ?? otherwise(branch);
  const toggle = (branch: Branch, open: boolean) => setSaid((before) => new Map(before).set(branch.taskRun.id, open));
  return { isOpen, toggle };
}

function Small({ branches, ...props }: Props & { branches: readonly Branch[] }) {
  const { isOpen, toggle } = useOpen(() => true);
  const children = useMemo(() => byParent(branches), [branches]);
  // of what has begun since, the count may be known before the rows are
  const rows = rowsOf(children.get('NONE')?.length ?? 0, SMALL, (parent) => children.get(parent), isOpen).filter((row) => row.branch);
  return <Chart {...props} rows={rows} onToggle={toggle} />;
}

function Big(props: Props) {
  const { api } = useTenant();
  const queries = useQueryClient();
  const { id } = props.execution;
  const { isOpen, toggle } = useOpen((branch) => sum(branch.below) <= OPEN);
  const [inSight, setInSight] = useState<readonly string[]>(['NONE/1']);
  const keyOf = (place: string) => [...ofTaskRuns(api.tenant, id), 'tree', place];
  const read = useQueries({
    queries: inSight.map((place) => {
      const slash = place.lastIndexOf('/');
      const asked = { parentTaskRunId: place.slice(0, slash), page: Number(place.slice(slash + 1)), size: PAGE };
      return { queryKey: keyOf(place), queryFn: () => api.get<Page<Branch>>(`executions/${id}/taskruns/outline`, asked), gcTime: 30 * 60_000, notifyOnChangeProps: ['data', 'error'] as ('data' | 'error')[] };
    }),
  });
  const pageOf = (parent: string, page: number) => queries.getQueryData<Page<Branch>>(keyOf(`${parent}/${page}`));
  const rows = rowsOf(pageOf('NONE', 1)?.total ?? 0, PAGE, (parent, page) => pageOf(parent, page)?.results, isOpen);
  const failed = read.find((one) => one.error);
  const see = (seen: readonly Row[]) => {
    const places = new Set(seen.map((row) => `${row.parent}/${row.page ?? pageAt(rows, row)}`));
    if (places.size === 0) places.add('NONE/1');
    const next = [...places].sort();
    setInSight((before) => (before.join() === next.join() ? before : next));
  };
  return <Await query={{ data: failed ? undefined : rows, error: failed?.error, refetch: () => failed?.refetch(), isPending: false }}>{() => <Chart {...props} rows={rows} onToggle={toggle} onSee={see} />}</Await>;
}

/** On which page a row is: found by its place among those that the same one holds. */
function pageAt(rows: readonly Row[], row: Row): number {
  let before = 0;
  for (const one of rows) {
    if (one === row) break;
    if (one.parent === row.parent) before++;
  }
  return Math.floor(before / PAGE) + 1;
}

/** Only the rows in sight are in the page, however many there are. */
function Chart({ execution, rows, picked, onPick, onToggle, onSee }: Props & { rows: readonly Row[]; onToggle: (branch: Branch, open: boolean) => void; onSee?: (rows: readonly Row[]) => void }) {
  const { t, i18n } = useTranslation();
  const [now, setNow] = useState(() => Date.now());
  const over = isTerminal(execution.state.current);
  useEffect(() => {
    if (over) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [over]);
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroll.current, estimateSize: () => ROW, overscan: 12 });
  const items = virtual.getVirtualItems();
  useEffect(() => onSee?.(items.flatMap((item) => rows[item.index] ?? [])));
  const start = new Date(execution.state.startDate).getTime();
  const end = Math.max(start + 1, execution.state.endDate ? new Date(execution.state.endDate).getTime() : now);
  const share = (at: number) => Math.min(100, Math.max(0, ((at - start) / (end - start)) * 100));
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => ({ part, text: formatDuration((end - start) * part, i18n.language) }));
  // of a moment, a scale would say the same again and again
  const scale = new Set(ticks.map(({ text }) => text)).size < ticks.length ? [ticks[0], ticks.at(-1)].filter((tick) => tick !== undefined) : ticks;
  return (
    <div className="mr-card" style={{ overflow: 'hidden' }}>
      <div className="mr-gantt-row" style={{ cursor: 'default', background: 'var(--mr-surface-2)', height: 30 }}>
        <Text size="xs" fw={600} c="dimmed">{t('executions.task')}</Text>
        <Text size="xs" fw={600} c="dimmed" ta="right">{t('executions.duration')}</Text>
        <div className="mr-gantt-scale" aria-hidden>
          {scale.map(({ part, text }) => <span key={part} style={{ left: `${part * 100}%`, top: 4 }}>{text}</span>)}
        </div>
      </div>
      <div ref={scroll} style={{ maxHeight: 'max(240px, calc(100dvh - 330px))', minHeight: 68, overflow: 'auto' }} data-gantt tabIndex={rows.length > 20 ? 0 : undefined} aria-label={t('executionTab.gantt')} role="group">
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            const place = { position: 'absolute', top: item.start, height: ROW } as const;
            if (!row.branch) return <div key={row.key} className="mr-gantt-row" style={{ ...place, opacity: 0.5 }} aria-hidden>…</div>;
            const { branch, below, open, depth } = row;
            const run = branch.taskRun;
            const created = new Date(run.state.startDate).getTime();
            const began = run.state.histories.find((change) => change.state === 'RUNNING')?.date;
            const from = began ? new Date(began).getTime() : created;
            const to = run.state.endDate ? new Date(run.state.endDate).getTime() : now;
            const failed = branch.below.FAILED ?? 0;
            return (
              <div key={row.key} style={{ ...place, left: 0, right: 0 }}>
                <button
                  type="button" className={`mr-gantt-row st-${run.state.current}`} style={{ height: ROW }} aria-current={picked === run.id ? 'true' : undefined} aria-expanded={below > 0 ? open : undefined}
                  onClick={() => onPick(run)} data-task-run={run.taskId} data-state={run.state.current}
                  onKeyDown={(event) => {
                    if (below > 0 && (event.key === 'ArrowRight' || event.key === 'ArrowLeft')) {
                      event.preventDefault();
                      onToggle(branch, event.key === 'ArrowRight');
                    }
                  }}
                >
                  <Group gap={8} wrap="nowrap" miw={0} pl={depth * 14 + 16}>
                    <span className="mr-ellipsis" title={run.value === undefined ? run.taskId : `${run.taskId} · ${run.value}`}>
                      {run.taskId}{run.value !== undefined && <Text span size="xs" c="dimmed"> {run.value}</Text>}
                    </span>
                    {run.attempts.length > 1 && <Text span size="xs" c="dimmed">×{run.attempts.length}</Text>}
                    {below > 0 && <Text span size="xs" c="dimmed" className="mr-nowrap" data-below={below}>{t('executions.below', { count: below, formatted: formatNumber(below, i18n.language) })}</Text>}
                    {failed > 0 && <Text span size="xs" className="mr-nowrap" style={{ color: 'var(--mr-failed)' }}>{t('executions.belowFailed', { count: failed, formatted: formatNumber(failed, i18n.language) })}</Text>}
                  </Group>
                  <Text size="xs" ta="right" className="mr-nowrap">{formatDuration(to - created, i18n.language)}</Text>
                  <span className="mr-gantt-track">
                    <span className="mr-gantt-wait" style={{ left: `${share(created)}%`, width: `${share(from) - share(created)}%` }} />
                    <span className="mr-gantt-bar" style={{ left: `${share(from)}%`, width: `${Math.max(0.3, share(to) - share(from))}%` }} />
                    <span style={{ position: 'absolute', right: 0, top: -2, display: share(to) < 80 ? 'flex' : 'none' }}><StateBadge state={run.state.current} /></span>
                  </span>
                </button>
                {below > 0 && (
                  <button type="button" className="mr-gantt-toggle" style={{ left: depth * 14 + 4 }} aria-label={t(open ? 'executions.close' : 'executions.open', { task: run.taskId })} onClick={() => onToggle(branch, !open)}>
                    {open ? <IconChevronDown size={15} aria-hidden /> : <IconChevronRight size={15} aria-hidden />}
                  </button>
                )}
              </div>
            );
          })}
        </div>
        {rows.length === 0 && <Text size="sm" c="dimmed" p="md">{t('executions.noTasks')}</Text>}
      </div>
    </div>
  );
}
