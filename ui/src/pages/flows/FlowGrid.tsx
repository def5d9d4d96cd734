// SPDX-License-Identifier: Apache-2.0
import { Box, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { path } from '../../api/client';
import { GRAVEST_FIRST, isTerminal, type Branch, type Execution, type StateName } from '../../api/types';
import { useTenant } from '../../app/context';
import { formatInstant, formatNumber } from '../../app/format';
import { Await, Empty } from '../../components/basics';
import { sum, worst } from '../executions/taskRuns';
import type { FlowTab } from './paths';

/** What became of each task in each of a flow's last runs, as `executions/flows/…/grid` answers it. */
interface Grid {
  runs: Execution[];
  tasks: string[];
  states: Record<string, Record<string, Branch['below']>>;
}

const RUNS = 30;
/** How often it is read while something runs, and while nothing does: a new run is seen all the same. */
const [SOON, LATER] = [3_000, 15_000];

/** Tasks down, runs across: where a flow breaks again and again shows at a glance. */
export default function FlowGrid({ flow }: FlowTab) {
  const { t, i18n } = useTranslation();
  const { api, to } = useTenant();
  const grid = useQuery({
    queryKey: [api.tenant, 'executions', 'grid', flow.namespace, flow.id],
    queryFn: ({ signal }) => api.get<Grid>(`executions/flows/${path(flow.namespace, flow.id)}/grid`, { size: RUNS }, signal),
    refetchInterval: (query) => (query.state.data?.runs.every((run) => isTerminal(run.state.current)) ? LATER : SOON),
  });
  const at = (run: Execution) => formatInstant(run.state.startDate, i18n.language);
  return (
    <Await query={grid}>
      {({ runs, tasks, states }) => {
        if (runs.length === 0) return <Empty title={t('grid.none')}>{t('grid.noneText')}</Empty>;
        const oldestFirst = [...runs].reverse();
        return (
          <Box className="mr-card" p="md">
            <Text size="sm" c="dimmed" mb="sm">{t('grid.hint', { count: runs.length })}</Text>
            <Table.ScrollContainer minWidth={0} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': t('flowTab.grid') } }}>
              <Table className="mr-grid" withRowBorders={false}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th scope="col">{t('grid.run')}</Table.Th>
                    {oldestFirst.map((run) => (
                      <Table.Th key={run.id} scope="col">
                        <Square state={run.state.current} to={to('executions', run.id)} label={`${t(`state.${run.state.current}`)} · ${at(run)}`} />
                      </Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {tasks.map((task) => (
                    <Table.Tr key={task} data-task={task}>
                      <Table.Th scope="row">{task}</Table.Th>
                      {oldestFirst.map((run) => {
                        const counts = states[run.id]?.[task];
                        if (!counts) return <Table.Td key={run.id} />;
                        const all = sum(counts);
                        const what = GRAVEST_FIRST.filter((one) => counts[one]).map((one) => (all === 1 ? t(`state.${one}`) : `${formatNumber(counts[one] ?? 0, i18n.language)} ${t(`state.${one}`)}`));
                        return (
                          <Table.Td key={run.id}>
                            <Square state={worst(counts)} to={to('executions', run.id, 'gantt')} label={`${task} · ${what.join(', ')} · ${at(run)}`} many={all > 1} />
                          </Table.Td>
                        );
                      })}
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </Box>
        );
      }}
    </Await>
  );
}

function Square({ state, to, label, many = false }: { state: StateName; to: string; label: string; many?: boolean }) {
  return <Link to={to} aria-label={label} data-hint={label} data-state={state} className={`mr-square st-${state}`} data-many={many || undefined} />;
}
