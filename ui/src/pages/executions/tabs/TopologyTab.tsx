// SPDX-License-Identifier: Apache-2.0
import { Box } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import { path } from '../../../api/client';
import type { FlowGraph } from '../../../api/types';
import { useTenant } from '../../../app/context';
import { Await } from '../../../components/basics';
import { Topology } from '../../../topology/Topology';
import type { ExecutionTab } from '../ExecutionPage';
import { sum, useTaskStates, worst } from '../taskRuns';

export default function TopologyTab({ execution }: ExecutionTab) {
  const { api, to, can } = useTenant();
  const navigate = useNavigate();
  const graph = useQuery({
    queryKey: [api.tenant, 'flows', 'graph', execution.namespace, execution.flowId, execution.flowRevision],
    // whoever may read the flow sees the types of its tasks as well
    queryFn: () =>
      can('FLOW_READ', execution.namespace)
        ? api.get<FlowGraph>(`flows/${path(execution.namespace, execution.flowId)}/graph`, { revision: execution.flowRevision })
        : api.get<FlowGraph>(`executions/${execution.id}/graph`),
    staleTime: Infinity,
  });
  const { data: tasks, isPending } = useTaskStates(execution);
  const states = useMemo(() => new Map(tasks?.map((task) => [task.taskId, { state: worst(task.states), count: sum(task.states) }])), [tasks]);
  const open = (taskId: string) => {
    const task = tasks?.find((one) => one.taskId === taskId);
    if (task) void navigate(`${to('executions', execution.id, 'gantt')}?taskRun=${encodeURIComponent(task.first)}`);
  };
  return <Box className="mr-card" h="calc(100dvh - 280px)" mih={360}><Await query={{ ...graph, data: isPending ? undefined : graph.data }}>{(loaded) => <Topology graph={loaded} states={states} onPick={open} />}</Await></Box>;
}
