// SPDX-License-Identifier: Apache-2.0
import { Graph, layout } from '@dagrejs/dagre';
import type { FlowGraph, GraphNode } from '../api/types';

export interface Box {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Placed {
  /** How big all of it is. */
  width: number;
  height: number;
  tasks: (Box & { node: GraphNode })[];
  dots: Box[];
  clusters: (Box & { label: string; error: boolean; taskNode: GraphNode | null })[];
  edges: { id: string; source: string; target: string; label: string | undefined; error: boolean }[];
}

export const NODE_WIDTH = 220;
export const NODE_HEIGHT = 52;
const DOT = 8;

/** Places a flow from left to right or from top to bottom, each cluster as a box around what is in it. */
export function place(graph: FlowGraph, direction: 'TB' | 'LR'): Placed {
  const dag = new Graph({ compound: true, multigraph: false });
  dag.setGraph({ rankdir: direction, nodesep: 28, ranksep: direction === 'TB' ? 34 : 52, edgesep: 16, marginx: 16, marginy: 16 });
  dag.setDefaultEdgeLabel(() => ({}));
  const isDot = (node: GraphNode) => !node.task && !node.triggerDeclaration && !/GraphTask|SubflowGraphTask|GraphTrigger$/.test(node.type);
  const nodes = new Map(graph.nodes.map((node) => [node.uid, node]));
  // of what stands side by side, dagre has what it hears of last at the left
  for (const node of [...graph.nodes].reverse()) {
    dag.setNode(node.uid, isDot(node) ? { width: DOT, height: DOT } : { width: NODE_WIDTH, height: NODE_HEIGHT });
  }
  for (const cluster of graph.clusters) dag.setNode(cluster.cluster.uid, {});
  for (const cluster of graph.clusters) {
    const parent = cluster.parents[cluster.parents.length - 1];
    if (parent && dag.hasNode(parent)) dag.setParent(cluster.cluster.uid, parent);
    for (const member of cluster.nodes) if (nodes.has(member)) dag.setParent(member, cluster.cluster.uid);
  }
  for (const edge of [...graph.edges].reverse()) if (nodes.has(edge.source) && nodes.has(edge.target)) dag.setEdge(edge.source, edge.target);
  layout(dag);

  const box = (id: string): Box => {
    const { x = 0, y = 0, width = 0, height = 0 } = dag.node(id) as Partial<Box>;
    return { id, x: x - width / 2, y: y - height / 2, width, height };
  };
  const { width = 0, height = 0 } = dag.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    tasks: graph.nodes.filter((node) => !isDot(node)).map((node) => ({ ...box(node.uid), node })),
    dots: graph.nodes.filter(isDot).map((node) => box(node.uid)),
    clusters: graph.clusters.map(({ cluster }) => ({
      ...box(cluster.uid),
      label: cluster.taskNode?.task?.id ?? cluster.uid.slice(cluster.uid.lastIndexOf('.') + 1).replace('cluster_', ''),
      error: cluster.error,
      taskNode: cluster.taskNode ?? null,
    })),
    edges: graph.edges.map((edge) => ({
      id: `${edge.source}>${edge.target}`,
      source: edge.source,
      target: edge.target,
      label: edge.relation.value ?? undefined,
      error: edge.relation.relationType === 'ERROR',
    })),
  };
}

/** The id of the task or trigger that a node stands for. */
export function taskIdOf(node: GraphNode): string {
  return node.task?.id ?? node.triggerDeclaration?.id ?? node.uid.slice(node.uid.lastIndexOf('.') + 1);
}
