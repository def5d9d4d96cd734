// SPDX-License-Identifier: Apache-2.0
import '@xyflow/react/dist/style.css';
import { Graph, layout } from '@dagrejs/dagre';
import { Box, useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Background, Controls, Handle, MarkerType, Position, ReactFlow, type Node, type NodeProps } from '@xyflow/react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useTenant } from '../app/context';
import { Await, Empty } from '../components/basics';
import { EXAMPLES } from '../components/examples';
import { useLabels } from './labels';

interface DependencyGraph {
  nodes: { uid: string; namespace: string; id: string }[];
  edges: { source: string; target: string; relation: 'FLOW_TASK' | 'FLOW_TRIGGER' }[];
}

function FlowNode({ data }: NodeProps<Node<{ id: string; namespace: string; own: boolean }>>) {
  return (
    <div className={`mr-node ${data.own ? 'selected' : ''}`}>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <span className="t"><b>{data.id}</b><small>{data.namespace}</small></span>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
}

const nodeTypes = { flow: FlowNode };

/** Which flows start which, over namespaces. */
export function Dependencies({ source, none, own }: { source: string; none: string; own?: string }) {
  const { api, to } = useTenant();
  const { t } = useTranslation();
  const navigate = useNavigate();
  const scheme = useComputedColorScheme('light');
  const labels = useLabels();
  const graph = useQuery({ queryKey: [api.tenant, 'flows', 'dependencies', source], queryFn: () => api.get<DependencyGraph>(source, { expandAll: true }) });
  const nodes = useMemo<Node[]>(() => {
    if (!graph.data) return [];
    const dag = new Graph();
    dag.setGraph({ rankdir: 'LR', nodesep: 24, ranksep: 70 });
    dag.setDefaultEdgeLabel(() => ({}));
    graph.data.nodes.forEach((node) => dag.setNode(node.uid, { width: 220, height: 48 }));
    graph.data.edges.forEach((edge) => dag.setEdge(edge.source, edge.target));
    layout(dag);
    return graph.data.nodes.map((node) => {
      const { x = 0, y = 0 } = dag.node(node.uid) as { x?: number; y?: number };
      return { id: node.uid, type: 'flow', position: { x: x - 110, y: y - 24 }, width: 220, height: 48, data: { id: node.id, namespace: node.namespace, own: `${node.namespace}/${node.id}` === own }, draggable: false, ariaLabel: `${node.namespace} ${node.id}` };
    });
  }, [graph.data, own]);
  const open = (node: Node | undefined) => node && void navigate(to('flows', String(node.data['namespace']), String(node.data['id'])));
  return (
    <Await query={graph}>
      {(loaded) =>
        loaded.edges.length === 0 ? (
          <Empty title={none} example={EXAMPLES.subflow}>{t('dependencies.noneText')}</Empty>
        ) : (
          <Box className="mr-card" h="calc(100dvh - 260px)" mih={360}>
            <ReactFlow
              nodes={nodes} nodeTypes={nodeTypes} fitView fitViewOptions={{ maxZoom: 1 }} minZoom={0.05} colorMode={scheme} nodesConnectable={false} onlyRenderVisibleElements
              edges={loaded.edges.map((edge) => ({ id: `${edge.source}>${edge.target}`, source: edge.source, target: edge.target, animated: edge.relation === 'FLOW_TRIGGER', markerEnd: { type: MarkerType.ArrowClosed }, focusable: false }))}
              ariaLabelConfig={labels} aria-label={t('flowTab.dependencies')} deleteKeyCode={null} onNodeClick={(_, node) => open(node)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return;
                const id = (event.target as HTMLElement).closest('.react-flow__node')?.getAttribute('data-id');
                open(nodes.find((node) => node.id === id));
              }}
            >
              <Background gap={18} size={1} />
              <Controls showInteractive={false} />
            </ReactFlow>
          </Box>
        )
      }
    </Await>
  );
}
