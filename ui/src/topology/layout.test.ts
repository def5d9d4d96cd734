// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { FlowGraph, GraphNode } from '../api/types';
import { place } from './layout';

const node = (uid: string, isTask = true): GraphNode => ({ uid, type: 'T', error: false, ...(isTask && { task: { id: uid, type: 'T' } }) });
const edge = (source: string, target: string, value?: string) => ({ source, target, relation: { relationType: 'CHOICE' as const, value } });

const GRAPH: FlowGraph = {
  nodes: [node('start', false), node('end', false), node('choice'), node('then'), node('else'), node('last')],
  edges: [edge('start', 'choice'), edge('choice', 'then', 'then'), edge('choice', 'else', 'else'), edge('choice', 'last', 'last'), ...['then', 'else', 'last'].map((one) => edge(one, 'end'))],
  clusters: [{ cluster: node('cluster_choice', false), nodes: ['start', 'end', 'choice', 'then', 'else', 'last'], parents: [], start: 'start', end: 'end' }],
  flowables: ['choice'],
};

test.each([['TB', 'x'], ['LR', 'y']] as const)('branches stand side by side as they are written, %s', (direction, axis) => {
  const { tasks, width, height } = place(GRAPH, direction);

  const branches = tasks.filter((task) => task.id !== 'choice').sort((a, b) => a[axis] - b[axis]);
  expect(branches.map((task) => task.id)).toEqual(['then', 'else', 'last']);
  expect(Math.max(...tasks.map((task) => task.x + task.width))).toBeLessThanOrEqual(width);
  expect(Math.max(...tasks.map((task) => task.y + task.height))).toBeLessThanOrEqual(height);
});
