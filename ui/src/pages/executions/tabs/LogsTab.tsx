// SPDX-License-Identifier: Apache-2.0
import { Select } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Level } from '../../../api/types';
import { useTenant } from '../../../app/context';
import { preferences } from '../../../app/preferences';
import { useFilters } from '../../../app/url';
import { Empty } from '../../../components/basics';
import { LogView } from '../../../components/LogView';
import type { ExecutionTab } from '../ExecutionPage';
import { useLogs } from '../useLogs';

export default function LogsTab({ execution }: ExecutionTab) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const filters = useFilters();
  const taskRunId = filters.get('taskRunId') || undefined;
  const { lines, live } = useLogs(execution.id, { taskRunId });
  const runs = useMemo(
    () => (execution.taskRunList ?? []).slice(0, 500).map((run) => ({ value: run.id, label: run.value === undefined ? run.taskId : `${run.taskId} · ${run.value}` })),
    [execution.taskRunList],
  );
  return (
    <LogView
      key={taskRunId} lines={lines} live={live} level={(filters.get('level') || preferences().logLevel) as Level} onLevel={(level) => filters.set({ level })}
      downloadUrl={api.url(`logs/${execution.id}/download`, { taskRunId })}
      tools={<Select w={200} clearable searchable aria-label={t('executions.task')} placeholder={t('executions.task')} data={runs} value={taskRunId ?? null} onChange={(next) => filters.set({ taskRunId: next })} />}
      empty={<Empty title={live ? t('logs.waiting') : t('logs.none')}>{t('logs.noneText')}</Empty>}
    />
  );
}
