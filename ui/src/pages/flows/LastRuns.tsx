// SPDX-License-Identifier: Apache-2.0
import { useIntersection } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Execution, Page } from '../../api/types';
import { useTenant } from '../../app/context';
import { formatDuration, formatInstant } from '../../app/format';

const SHOWN = 14;

/** The last executions of a flow as bars: colour is the state, height the duration. Read when it is seen. */
export function LastRuns({ namespace, flowId }: { namespace: string; flowId: string }) {
  const { t, i18n } = useTranslation();
  const { api, to } = useTenant();
  const { ref, entry } = useIntersection({ rootMargin: '100px' });
  const runs = useQuery({
    queryKey: [api.tenant, 'executions', 'last', namespace, flowId],
    queryFn: ({ signal }) =>
      api.get<Page<Execution>>('executions/search', { 'filters[namespace][EQUALS]': namespace, flowId, size: SHOWN, taskRuns: false, count: false, sort: 'state.startDate:desc' }, signal),
    enabled: entry?.isIntersecting ?? false,
    staleTime: 20_000,
  });
  const bars = [...(runs.data?.results ?? [])].reverse();
  const lasting = bars.map((run) => (run.state.endDate ? new Date(run.state.endDate).getTime() : runs.dataUpdatedAt) - new Date(run.state.startDate).getTime());
  const longest = Math.max(1, ...lasting);
  const describe = (run: Execution, i: number) => `${t(`state.${run.state.current}`)} · ${formatInstant(run.state.startDate, i18n.language)} · ${formatDuration(lasting[i] ?? 0, i18n.language)}`;
  const last = bars[bars.length - 1];
  // one target for all of them: a bar alone is too small to be hit
  return (
    <Link className="mr-bars" ref={ref as Ref<HTMLAnchorElement>} to={to('flows', namespace, flowId, 'executions')} aria-label={last ? t('flows.runs', { id: flowId, last: describe(last, bars.length - 1) }) : t('flows.noRuns', { id: flowId })}>
      {bars.map((run, i) => <span key={run.id} className={`st-${run.state.current}`} data-hint={describe(run, i)} style={{ height: 4 + (20 * (lasting[i] ?? 0)) / longest }} />)}
    </Link>
  );
}
