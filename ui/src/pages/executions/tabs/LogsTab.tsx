// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Group } from '@mantine/core';
import { IconChevronLeft, IconChevronLeftPipe, IconChevronRight, IconChevronRightPipe } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isTerminal, type Level, type LogWindow } from '../../../api/types';
import { useTenant } from '../../../app/context';
import { preferences } from '../../../app/preferences';
import { useFilters } from '../../../app/url';
import { Await, Empty, notifyDone } from '../../../components/basics';
import { LogView } from '../../../components/LogView';
import type { ExecutionTab } from '../ExecutionPage';
import { TaskRunSelect } from '../TaskRunSelect';
import { useLogs } from '../useLogs';

const PAGE = 1_000;
const END = 'end';
const NOWHERE = { from: null, after: null, before: null };

export default function LogsTab({ execution }: ExecutionTab) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const filters = useFilters();
  // whoever has seen it run goes on with what he has
  const [live] = useState(() => !isTerminal(execution.state.current));
  const taskRunId = filters.get('taskRunId') || undefined;
  const shared = {
    level: (filters.get('level') || preferences().logLevel) as Level,
    onLevel: (level: Level) => filters.set({ ...NOWHERE, level }),
    downloadUrl: api.url(`logs/${execution.id}/download`, { taskRunId }),
    tools: <TaskRunSelect w={200} executionId={execution.id} placeholder={t('executions.task')} value={taskRunId ?? null} onChange={(next) => filters.set({ ...NOWHERE, taskRunId: next })} />,
  };
  return live ? <Live key={taskRunId} executionId={execution.id} taskRunId={taskRunId} {...shared} /> : <Stored key={taskRunId} executionId={execution.id} taskRunId={taskRunId} {...shared} />;
}

interface Shared {
  executionId: string;
  taskRunId: string | undefined;
  level: Level;
  onLevel: (level: Level) => void;
  downloadUrl: string;
  tools: React.ReactNode;
}

/** As it grows. */
function Live({ executionId, taskRunId, ...shared }: Shared) {
  const { t } = useTranslation();
  const { lines, live, dropped } = useLogs(executionId, { taskRunId });
  return <LogView {...shared} lines={lines} live={live} note={dropped > 0 ? t('logs.dropped') : undefined} empty={<Empty title={live ? t('logs.waiting') : t('logs.none')}>{t('logs.noneText')}</Empty>} />;
}

/** A page of what is written, from any place in it; however long it is, no more is read. */
function Stored({ executionId, taskRunId, level, ...shared }: Shared) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const filters = useFilters();
  const from = filters.get('from') || undefined;
  const after = filters.get('after') || undefined;
  const before = filters.get('before') || undefined;
  const of = `logs/${executionId}/page`;
  const asked = { taskRunId, minLevel: level, from, after, before, size: PAGE };
  const page = useQuery({ queryKey: [api.tenant, 'logs', 'page', executionId, asked], queryFn: ({ signal }) => api.get<LogWindow>(of, asked, signal), placeholderData: keepPreviousData, staleTime: Infinity });
  const go = (to: Partial<Record<keyof typeof NOWHERE, string>>) => filters.set({ ...NOWHERE, ...to });
  const find = async (query: Record<string, string | undefined>) => {
    const found = await api.get<LogWindow>(of, { taskRunId, minLevel: level, size: 1, ...query });
    if (found.first === undefined) notifyDone(t('logs.noMore'));
    else go({ from: found.first });
  };
  return (
    <Await query={page}>
      {({ results, first, last, more }) => {
        const earlier = before ? more : Boolean(from ?? after);
        const later = before ? before !== END : more;
        return (
          <LogView
            {...shared} level={level} anchor={first} lines={results} onError={() => void find({ minLevel: 'ERROR' })} onSearch={(q, forward) => void find({ q, ...(forward ? { after: last } : { before: first }) })}
            note={earlier || later ? t('logs.part') : undefined}
            pages={(earlier || later) && (
              <Group gap={4} role="group" aria-label={t('logs.pages')}>
                {([
                  ['begin', IconChevronLeftPipe, earlier, {}], ['earlier', IconChevronLeft, earlier && first !== undefined, { before: first }],
                  ['later', IconChevronRight, later && last !== undefined, { after: last }], ['end', IconChevronRightPipe, later, { before: END }],
                ] as const).map(([id, Icon, enabled, to]) => (
                  <ActionIcon key={id} variant="default" aria-label={t(`logs.${id}`)} disabled={!enabled} onClick={() => go(to)}><Icon size={16} /></ActionIcon>
                ))}
              </Group>
            )}
            empty={<Empty title={t('logs.none')}>{t('logs.noneText')}</Empty>}
          />
        );
      }}
    </Await>
  );
}
