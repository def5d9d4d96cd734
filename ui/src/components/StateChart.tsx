// SPDX-License-Identifier: Apache-2.0
import { Group, Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { GRAVEST_FIRST } from '../api/types';
import { formatDuration, formatInstant, millisOf } from '../app/format';

export interface Bucket {
  from: number;
  counts: Map<string, number>;
  total: number;
  /** Mean duration of those that have ended, in milliseconds; none where none has. */
  mean?: number;
}

/** Counts of one stretch of time, as `stats/executions/daily` answers them. */
export interface ExecutionBucket {
  startDate: string;
  /** Of those that have ended; ISO 8601. */
  duration: { sum: string; count: number };
  executionCounts: Record<string, number>;
}

export function bucketOf({ startDate, duration, executionCounts }: ExecutionBucket): Bucket {
  const counts = new Map(Object.entries(executionCounts).filter(([, count]) => count > 0));
  return {
    from: new Date(startDate).getTime(), counts, total: [...counts.values()].reduce((sum, count) => sum + count, 0),
    ...(duration.count > 0 && { mean: millisOf(duration.sum) / duration.count }),
  };
}

/** When the first of the bars begins, and the last. */
function Axis({ buckets }: { buckets: readonly Bucket[] }) {
  const { i18n } = useTranslation();
  const [first, last] = [buckets[0], buckets[buckets.length - 1]];
  if (!first || !last || first === last) return null;
  const at = ({ from }: Bucket) => <Text size="xs" c="dimmed">{formatInstant(new Date(from).toISOString(), i18n.language, false)}</Text>;
  return <Group justify="space-between" mt={2} aria-hidden>{at(first)}{at(last)}</Group>;
}

/** Mean durations as bars under the counts, each below its stretch of time; the same numbers are in a text. */
export function DurationChart({ buckets, height = 60 }: { buckets: readonly Bucket[]; height?: number }) {
  const { t, i18n } = useTranslation();
  const most = Math.max(1, ...buckets.map((bucket) => bucket.mean ?? 0));
  const describe = ({ from, mean = 0 }: Bucket) => `${formatInstant(new Date(from).toISOString(), i18n.language, false)} · ${formatDuration(mean, i18n.language)}`;
  const known = buckets.filter((bucket) => bucket.mean !== undefined);
  return (
    <figure style={{ margin: 0 }}>
      <div style={{ display: 'flex', alignItems: 'flex-end', gap: 3, height, borderBottom: '1px solid var(--mr-line)' }} role="img" aria-label={known.map(describe).join(', ') || t('home.noDurations')} data-durations={known.length}>
        {buckets.map((bucket) => (
          <Tooltip key={bucket.from} disabled={bucket.mean === undefined} label={describe(bucket)}>
            <div className="st-RUNNING" style={{ flex: 1, height: bucket.mean === undefined ? 0 : `max(2px, ${(bucket.mean / most) * 100}%)`, borderRadius: '3px 3px 0 0', background: 'var(--st-bar)' }} />
          </Tooltip>
        ))}
      </div>
      <Axis buckets={buckets} />
      <Text size="xs" c="dimmed" component="figcaption" mt={4}>{known.length > 0 ? t('home.longest', { duration: formatDuration(most, i18n.language) }) : t('home.noDurations')}</Text>
    </figure>
  );
}

/** Stacked bars; the same numbers are in a text for those who can't see them. */
export function StateChart({ buckets, height = 120 }: { buckets: readonly Bucket[]; height?: number }) {
  const { t, i18n } = useTranslation();
  const most = Math.max(1, ...buckets.map((bucket) => bucket.total));
  const states = GRAVEST_FIRST.filter((state) => buckets.some((bucket) => bucket.counts.has(state)));
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
      <Axis buckets={buckets} />
      <Group gap="4px 16px" mt={4} component="figcaption">
        {states.map((state) => (
          <Group gap={6} key={state} className={`st-${state}`}><span style={{ width: 10, height: 10, borderRadius: 3, background: 'var(--st-bar)' }} /><Text size="xs" c="dimmed">{t(`state.${state}`)} {sum(state)}</Text></Group>
        ))}
        {states.length === 0 && <Text size="xs" c="dimmed">{t('executions.none')}</Text>}
      </Group>
    </figure>
  );
}
