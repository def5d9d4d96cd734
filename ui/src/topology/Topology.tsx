// SPDX-License-Identifier: Apache-2.0
import '@xyflow/react/dist/style.css';
import { ActionIcon, Group, Text, useComputedColorScheme } from '@mantine/core';
import { IconArrowsHorizontal, IconArrowsVertical, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Background, BaseEdge, Controls, EdgeLabelRenderer, getSmoothStepPath, Handle, Panel, Position, ReactFlow, useReactFlow, useStore, type Edge, type FitViewOptions, type EdgeProps, type Node, type NodeProps } from '@xyflow/react';
import { createContext, memo, useContext, useEffect, useMemo, useRef, useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { GRAVEST_FIRST, type FlowGraph } from '../api/types';
import { useTenant } from '../app/context';
import { shortType, StateBadge } from '../components/basics';
import { useLabels } from './labels';
import { place, taskIdOf, type Box, type Placed } from './layout';

interface TaskData extends Record<string, unknown> {
  label: string;
  type: string;
  icon: string | undefined;
  state: string | undefined;
  count: number;
  picked: boolean;
  vertical: boolean;
  movable: boolean;
}

/** What can be done with tasks in the picture. */
export interface GraphEditing {
  move: (taskId: string, beside: string, after: boolean) => void;
  step: (taskId: string, by: 1 | -1) => void;
  addAfter: (taskId: string) => void;
}

/** In pixels. */
const HAIR = 6;

const EditingContext = createContext<GraphEditing | null>(null);
const MOVED = 'application/x-millrace-task';

const Handles = ({ vertical }: { vertical: boolean }) => (
  <>
    <Handle type="target" position={vertical ? Position.Top : Position.Left} isConnectable={false} />
    <Handle type="source" position={vertical ? Position.Bottom : Position.Right} isConnectable={false} />
  </>
);

const TaskNode = memo(function TaskNode({ data }: NodeProps<Node<TaskData>>) {
  const { t } = useTranslation();
  const editing = useContext(EditingContext);
  const [over, setOver] = useState<'before' | 'after' | null>(null);
  const side = (event: DragEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return (data.vertical ? event.clientY - box.top < box.height / 2 : event.clientX - box.left < box.width / 2) ? 'before' : 'after';
  };
  const dragging = editing && data.movable && {
    draggable: true,
    onDragStart: (event: DragEvent) => { event.dataTransfer.setData(MOVED, data.label); event.dataTransfer.effectAllowed = 'move'; },
    onDragOver: (event: DragEvent<HTMLElement>) => { if (event.dataTransfer.types.includes(MOVED)) { event.preventDefault(); setOver(side(event)); } },
    onDragLeave: () => setOver(null),
    onDrop: (event: DragEvent<HTMLElement>) => {
      event.preventDefault();
      setOver(null);
      editing.move(event.dataTransfer.getData(MOVED), data.label, side(event) === 'after');
    },
  };
  return (
    <div className={`mr-node ${dragging ? 'nopan' : ''} ${data.state ? `st-${data.state}` : ''} ${data.picked ? 'selected' : ''}`} data-task={data.label} data-drop={over} {...dragging}>
      <Handles vertical={data.vertical} />
      {data.icon && <img src={`data:image/svg+xml;base64,${data.icon}`} alt="" />}
      <span className="t">
        <b>{data.label}</b>
        <small>{shortType(data.type)}{data.count > 1 ? ` × ${data.count}` : ''}</small>
      </span>
      {data.state && <StateBadge state={data.state} />}
      {editing && data.movable && (
        <ActionIcon className="mr-node-add nopan" size={24} variant="default" aria-label={t('topology.addAfter', { task: data.label })} data-add-after={data.label} onClick={(event) => { event.stopPropagation(); editing.addAfter(data.label); }}>
          <IconPlus size={14} />
        </ActionIcon>
      )}
    </div>
  );
});

const Dot = memo(function Dot({ data }: NodeProps<Node<{ vertical: boolean }>>) {
  return <div className="mr-dot"><Handles vertical={data.vertical} /></div>;
});

const Cluster = memo(function Cluster({ data }: NodeProps<Node<{ label: string; error: boolean }>>) {
  return <div className={`mr-cluster ${data.error ? 'error' : ''}`}>{data.label}</div>;
});

/** What is a hair's breadth beside what it leads to is right above it: a line with a step that small looks broken. */
function straight({ sourceX, sourceY, targetX, targetY }: EdgeProps<Edge<{ text: string | undefined; error: boolean }>>) {
  const across = Math.abs(targetX - sourceX) < HAIR ? { sourceX: targetX } : {};
  return Math.abs(targetY - sourceY) < HAIR ? { ...across, sourceY: targetY } : across;
}

function Line(props: EdgeProps<Edge<{ text: string | undefined; error: boolean }>>) {
  const [path, x, y] = getSmoothStepPath({ ...props, ...straight(props), borderRadius: 10 });
  return (
    <>
      <BaseEdge path={path} markerEnd={props.markerEnd} style={props.data?.error ? { stroke: 'var(--mr-failed-bar)', strokeDasharray: '5 4' } : {}} />
      {props.data?.text && (
        <EdgeLabelRenderer>
          <span className="mr-card" style={{ position: 'absolute', transform: `translate(-50%, -50%) translate(${x}px, ${y}px)`, padding: '0 6px', fontSize: 11 }}>{props.data.text}</span>
        </EdgeLabelRenderer>
      )}
    </>
  );
}

const nodeTypes = { task: TaskNode, dot: Dot, cluster: Cluster };
const edgeTypes = { line: Line };

/** Below this zoom nobody reads what a task is called. */
const READABLE = 0.5;
/** How what is too big for that begins. */
const BEGIN = 0.8;

/** What one comes for: what failed, or else what is under way; of what holds the other, the inner one. */
function matterOf(placed: Placed, states: Props['states']): Box | undefined {
  const calm = GRAVEST_FIRST.indexOf('WARNING');
  const rank = ({ node }: Placed['tasks'][number]) => {
    const found = GRAVEST_FIRST.findIndex((state) => state === states?.get(taskIdOf(node))?.state);
    return found < 0 ? calm : found;
  };
  const least = Math.min(calm, ...placed.tasks.map(rank));
  return least === calm ? undefined : placed.tasks.findLast((task) => rank(task) === least);
}

/** Shows all of it where that can be read; of more, what one comes for, or the beginning. */
function Beginning({ placed, states, vertical, options }: { placed: Placed; states: Props['states']; vertical: boolean; options: FitViewOptions }) {
  const { fitView, setViewport } = useReactFlow();
  const width = useStore((store) => store.width);
  const height = useStore((store) => store.height);
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current || width === 0 || height === 0 || placed.tasks.length === 0) return;
    begun.current = true;
    if (Math.min(width / placed.width, height / placed.height) >= READABLE) {
      void fitView(options);
      return;
    }
    const matter = matterOf(placed, states);
    const at = matter ?? placed.tasks[0] ?? { x: 0, y: 0, width: 0, height: 0 };
    const x = matter || vertical ? width / 2 - (at.x + at.width / 2) * BEGIN : 0;
    const y = matter || !vertical ? height / 2 - (at.y + at.height / 2) * BEGIN : 0;
    void setViewport({ x, y, zoom: BEGIN });
  }, [placed, states, vertical, options, width, height, fitView, setViewport]);
  return null;
}

interface Props {
  graph: FlowGraph;
  /** How tasks stand, by task id: their worst state and how many runs there are. */
  states?: Map<string, { state: string; count: number }>;
  picked?: string | undefined;
  onPick?: (taskId: string) => void;
  editing?: GraphEditing | undefined;
}

export function Topology({ graph, states, picked, onPick, editing }: Props) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const scheme = useComputedColorScheme('light');
  const labels = useLabels();
  const [direction, setDirection] = useState<'TB' | 'LR'>('TB');
  const icons = useQuery({
    queryKey: [api.tenant, 'icons'],
    queryFn: () => api.get<Record<string, { icon: string }>>('plugins/icons'),
    staleTime: Infinity,
  });
  const placed = useMemo(() => place(graph, direction), [graph, direction]);
  const vertical = direction === 'TB';
  const edited = editing !== undefined;
  const options = useMemo<FitViewOptions>(() => ({ maxZoom: 1, padding: edited ? { top: '44px', x: 0.12, bottom: 0.06 } : 0.12 }), [edited]);
  const nodes = useMemo<Node[]>(() => {
    const common = { draggable: false, connectable: false, deletable: false };
    return [
      ...placed.clusters.map((box) => ({ ...common, id: box.id, type: 'cluster', position: { x: box.x, y: box.y }, width: box.width, height: box.height, selectable: false, focusable: false, zIndex: -1, data: { label: box.taskNode ? box.label : t(`forms.section.${box.label.charAt(0).toLowerCase()}${box.label.slice(1)}`, box.label), error: box.error } })),
      ...placed.dots.map((box) => ({ ...common, id: box.id, type: 'dot', position: { x: box.x, y: box.y }, width: box.width, height: box.height, selectable: false, focusable: false, data: { vertical } })),
      ...placed.tasks.map(({ node, ...box }) => {
        const id = taskIdOf(node);
        const type = node.task?.type ?? node.triggerDeclaration?.type ?? node.type;
        const state = node.triggerDeclaration ? undefined : states?.get(id);
        return {
          ...common, id: box.id, type: 'task', position: { x: box.x, y: box.y }, width: box.width, height: box.height, focusable: true, ariaLabel: `${id}, ${shortType(type)}${state ? `, ${t(`state.${state.state}`)}` : ''}`,
          data: { label: id, type, icon: icons.data?.[type]?.icon, state: state?.state, count: state?.count ?? 0, picked: picked === id, vertical, movable: !node.triggerDeclaration } satisfies TaskData,
        };
      }),
    ];
  }, [placed, states, picked, icons.data, vertical, t]);
  const edges = useMemo<Edge[]>(
    () => placed.edges.map((edge) => ({ id: edge.id, source: edge.source, target: edge.target, type: 'line', focusable: false, selectable: false, data: { text: edge.label, error: edge.error } })),
    [placed],
  );
  return (
    <EditingContext value={editing ?? null}>
    <ReactFlow
      key={direction} nodes={nodes} edges={edges} nodeTypes={nodeTypes} edgeTypes={edgeTypes} colorMode={scheme} fitViewOptions={options} minZoom={0.05}
      onlyRenderVisibleElements={nodes.length > 300} nodesDraggable={false} nodesConnectable={false} zoomOnDoubleClick={false} deleteKeyCode={null} aria-label={t('topology.title')}
      ariaLabelConfig={labels}
      onNodeClick={(_, node) => node.type === 'task' && onPick?.((node.data as TaskData).label)}
      onKeyDown={(event) => {
        if (event.target instanceof HTMLButtonElement) return;
        const id = (event.target as HTMLElement).closest('.react-flow__node')?.querySelector('[data-task]')?.getAttribute('data-task');
        if (!id) return;
        if (event.key === 'Enter') onPick?.(id);
        else if (event.key === 'Insert') editing?.addAfter(id);
        else if (event.altKey && /^Arrow/.test(event.key)) {
          event.preventDefault();
          editing?.step(id, /Down|Right/.test(event.key) ? 1 : -1);
        }
      }}
    >
      <Beginning placed={placed} states={states} vertical={vertical} options={options} />
      <Background gap={18} size={1} />
      <Controls showInteractive={false} />
      <Panel position="top-right">
        <Group gap={4}>
          <ActionIcon variant="default" aria-label={t('topology.turn')} onClick={() => setDirection(vertical ? 'LR' : 'TB')}>
            {vertical ? <IconArrowsHorizontal size={16} /> : <IconArrowsVertical size={16} />}
          </ActionIcon>
        </Group>
      </Panel>
      {editing && <Panel position="top-left" style={{ right: 60 }}><Text size="xs" c="dimmed">{t('topology.editHint')}</Text></Panel>}
    </ReactFlow>
    </EditingContext>
  );
}
