// SPDX-License-Identifier: Apache-2.0
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TaskRun } from '../../api/types';
import { nameOf, useOutline } from './taskRuns';

const OFFERED = 100;

interface Props {
  executionId: string;
  value: string | null;
  onChange: (taskRunId: string | null) => void;
  label?: string;
  placeholder: string;
  w?: number;
  flex?: number;
}

/** One task run of an execution: the first ones are offered, others are found by the value of their iteration. */
export function TaskRunSelect({ executionId, value, onChange, label, placeholder, w, flex }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [wanted] = useDebouncedValue(text, 250);
  const first = useOutline(executionId, { size: OFFERED });
  const some = (first.data?.total ?? 0) > OFFERED;
  const found = useOutline(executionId, { value: wanted, size: OFFERED }, some && wanted !== '' && !wanted.includes('('));
  const chosen = useOutline(executionId, { taskRunId: value, size: 1 }, value !== null);
  const offered = new Map<string, TaskRun>();
  for (const query of [first, found, chosen]) for (const { taskRun } of query.data?.results ?? []) offered.set(taskRun.id, taskRun);
  return (
    <Select
      w={w} flex={flex} label={label} aria-label={label ?? placeholder} clearable searchable placeholder={placeholder} limit={OFFERED} value={value} onChange={onChange} onSearchChange={setText}
      data={[...offered.values()].map((run) => ({ value: run.id, label: `${nameOf(run)} (${t(`state.${run.state.current}`)})` }))}
    />
  );
}
