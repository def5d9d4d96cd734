// SPDX-License-Identifier: Apache-2.0
import { Group, Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Execution } from '../api/types';
import { formatInstant } from '../app/format';

export interface Bucket {
  from: number;
  counts: Map<string, number>;
  total: number;
}

const BARS = 36;

/** Executions by when they began, in equal parts of the time. */
export function buckets(executions: readonly Execution[], hours: number, now = Date.now()): Bucket[] {
  const span = (hours * 3_600_000) / BARS;
  const start = now - hours * 3_600_000;
  const all: Bucket[] = Array.from({ length: BARS }, (_, i) => ({ from: start + i * span, counts: new Map(), total: 0 }));
  for (const one of executions) {
    const bucket = all[Math.min(BARS - 1, Math.floor((new Date(one.state.startDate).getTime() - start) / span))];
    if (!bucket) continue;
    bucket.counts.set(one.state.current, (bucket.counts.get(one.state.current) ?? 0) + 1);
    bucket.total++;
  }
  return all;
}

const ORDER = ['FAILED', 'KILLED', 'CANCELLED', 'WARNING', 'PAUSED', 'QUEUED', 'CREATED', 'RUNNING', 'RETRYING', 'RESTARTED', 'KILLING', 'SKIPPED', 'SUCCESS'];

/** Stacked bars; the same numbers are in a text for those who can't see them. */
export function StateChart({ buckets, height = 120 }: { buckets: readonly Bucket[]; height?: number }) {
  const { t, i18n } = useTranslation();
  const most = Math.max(1, ...buckets.map((bucket) => bucket.total));
  const states = ORDER.filter((state) => buckets.some((bucket) => bucket.counts.has(state)));
  const describe = (bucket: Bucket) => [...bucket.counts].map(([state, count]) => `${t(`state.${state}`)}: ${count}`).join(', ');
  const sum = (state: string) => buckets.reduce((all, bucket) => all + (bucket.counts.get(state) ?? 0), 0);
  return (
    <figure style={{ margin: 0 }}>
      <div style={{ display: 'flex', alignItems: 'flex-end', gap: 3, height, borderBottom: '1px solid var(--mr-line)' }} role="img" aria-label={states.map((state) => `${t(`state.${state}`)}: ${sum(state)}`).join(', ') || t('executions.none')}>
        {buckets.map((bucket) => (
          <Tooltip key={bucket.from} disabled={bucket.total === 0} label={`${formatInstant(new Date(bucket.from).toISOString(), i18n.language, false)} · ${describe(bucket)}`}>
            <div style={{ flex: 1, display: 'flex', flexDirection: 'column', height: `${(bucket.total / most) * 100}%`, borderRadius: '3px 3px 0 0', overflow: 'hidden' }}>
              {states.map((state) => {
                const count = bucket.counts.get(state) ?? 0;
                return count > 0 ? <div key={state} className={`st-${state}`} style={{ flex: count, background: 'var(--st-bar)', minHeight: 2 }} /> : null;
              })}
            </div>
          </Tooltip>
        ))}
      </div>
      <Group gap="md" mt={6} component="figcaption">
        {states.map((state) => (
          <Group gap={6} key={state} className={`st-${state}`}><span style={{ width: 10, height: 10, borderRadius: 3, background: 'var(--st-bar)' }} /><Text size="xs" c="dimmed">{t(`state.${state}`)} {sum(state)}</Text></Group>
        ))}
        {states.length === 0 && <Text size="xs" c="dimmed">{t('executions.none')}</Text>}
      </Group>
    </figure>
  );
}
