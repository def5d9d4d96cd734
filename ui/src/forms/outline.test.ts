// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { FlowSource } from '../editor/flowDocument';
import { findEntry, insertAfter, moveBeside, moveBy, outline } from './outline';

const FLOW = new FlowSource(`id: f
namespace: n
tasks:
  # the first
  - id: a
    type: x.Log
  - id: all
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - id: b # stays with it
        type: x.Log
      - id: c
        type: x.Log
  - id: graph
    type: io.kestra.plugin.core.flow.Dag
    tasks:
      - task:
          id: d
          type: x.Log
      - task:
          id: e
          type: x.Log
        dependsOn: [d]
triggers:
  - id: t
    type: x.Schedule
`);

const ids = (source: FlowSource) => {
  const walk = (sections: ReturnType<typeof outline>): unknown[] => sections.flatMap((section) => section.entries.map((entry) => (entry.sections.length > 0 ? [entry.id, walk(entry.sections)] : entry.id)));
  return walk(outline(source.value()).filter((section) => section.name === 'tasks'));
};

describe('tasks are moved', () => {
  it('into another list, with their comments', () => {
    const moved = moveBeside(FLOW, 'b', 'a', true);
    expect(ids(moved)).toEqual(['a', 'b', ['all', ['c']], ['graph', ['d', 'e']]]);
    expect(moved.text).toContain('id: b # stays with it');
  });

  it('within their list, and not beyond its ends', () => {
    expect(ids(moveBy(FLOW, 'c', -1))).toEqual(['a', ['all', ['c', 'b']], ['graph', ['d', 'e']]]);
    expect(moveBy(FLOW, 'c', 1)).toBe(FLOW);
  });

  it('not into themselves, not beside a trigger, and not into a Dag', () => {
    for (const [id, beside] of [['all', 'b'], ['a', 't'], ['a', 'd'], ['a', 'a']] as const) expect(moveBeside(FLOW, id, beside, true).text).toBe(FLOW.text);
  });
});

it('a task that is added has an id of its own; in a Dag it waits for the one before', () => {
  expect(ids(insertAfter(FLOW, 'a', 'x.Log'))).toEqual(['a', 'log', ['all', ['b', 'c']], ['graph', ['d', 'e']]]);
  const graph = insertAfter(FLOW, 'd', 'x.Log');
  expect(graph.get(['tasks', 2, 'tasks', 1])).toEqual({ task: { id: 'log', type: 'x.Log' }, dependsOn: ['d'] });
});

it('a task of a Dag is found within what wraps it', () => {
  expect(findEntry(outline(FLOW.value()), 'e')).toMatchObject({ path: ['tasks', 2, 'tasks', 1, 'task'], place: ['tasks', 2, 'tasks', 1] });
});

it('tasks are found in whatever a task holds them; inputs and conditions are none', () => {
  const flow = new FlowSource(`tasks:
  - id: ask
    type: io.kestra.plugin.core.flow.Approval
    inputs: [{id: ticket, type: STRING}]
    onDeny: [{id: tell, type: x.Log}]
    errors: [{id: warn, type: x.Log}]
    conditions: [{type: x.Weekend}]
  - id: which
    type: io.kestra.plugin.core.flow.Switch
    cases: {one: [{id: first, type: x.Log}]}
    defaults: [{id: other, type: x.Log}]
`);
  const [ask, which] = outline(flow.value())[1]?.entries ?? [];

  expect(ask?.sections.map((section) => section.name)).toEqual(['onWait', 'onApprove', 'onDeny', 'errors']);
  expect(which?.sections.map((section) => [section.name, section.entries.length])).toEqual([['defaults', 1], ['one', 1]]);
});
