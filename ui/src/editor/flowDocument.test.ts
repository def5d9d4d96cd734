// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { FlowSource } from './flowDocument';

const FLOW = `# who owns it: the data team
id: etl
namespace: company.team # never moved

tasks:
  # first of all
  - id: load
    type: io.kestra.plugin.core.log.Log
    message: 'one: two' # quoted for a reason

  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - id: left
        type: io.kestra.plugin.core.log.Log
        message: |
          several
          lines
      # the other one
      - id: right
        type: io.kestra.plugin.core.log.Log
        message: short
`;

describe('a flow that forms change', () => {
  test('is the same text if nothing changes', () => {
    expect(new FlowSource(FLOW).set(['id'], 'etl').text).toBe(FLOW);
  });

  test('keeps comments, quotes and blocks of all that is not touched', () => {
    const changed = new FlowSource(FLOW).set(['tasks', 0, 'message'], 'three');

    expect(changed.text).toBe(FLOW.replace("'one: two'", "'three'"));
  });

  test('gets a block for a text of several lines', () => {
    const changed = new FlowSource(FLOW).set(['tasks', 1, 'tasks', 1, 'message'], 'a\nb\n');

    expect(changed.text).toContain('        message: |\n          a\n          b\n');
    expect(changed.get(['tasks', 1, 'tasks', 1, 'message'])).toBe('a\nb\n');
  });

  test('gets a new key where there was none, and loses one that is emptied', () => {
    const added = new FlowSource(FLOW).set(['tasks', 0, 'retry', 'type'], 'constant');
    expect(added.get(['tasks', 0, 'retry'])).toEqual({ type: 'constant' });

    const removed = added.set(['tasks', 0, 'retry', 'type'], undefined);
    expect(removed.text).toBe(FLOW);
  });

  test('gets a task at a place in a list, and in a list that is not there yet', () => {
    const source = new FlowSource(FLOW).insert(['tasks', 1, 'tasks'], 1, { id: 'middle', type: 'x.Y' });
    expect((source.get(['tasks', 1, 'tasks']) as { id: string }[]).map((task) => task.id)).toEqual(['left', 'middle', 'right']);
    expect(source.text).toContain('# the other one');

    expect(source.insert(['errors'], 0, { id: 'tell', type: 'x.Y' }).get(['errors', 0, 'id'])).toBe('tell');
  });

  test('has tasks moved with their comments', () => {
    const moved = new FlowSource(FLOW).move(['tasks', 1, 'tasks', 1], ['tasks'], 0);

    expect((moved.get(['tasks']) as { id: string }[]).map((task) => task.id)).toEqual(['right', 'load', 'both']);
    expect(moved.text).toContain('# the other one');
    expect(moved.text).toContain('# first of all');
  });

  test('moves a task into a later one although that moves up meanwhile', () => {
    const moved = new FlowSource(FLOW).move(['tasks', 0], ['tasks', 1, 'tasks'], 1);

    expect((moved.get(['tasks', 0, 'tasks']) as { id: string }[]).map((task) => task.id)).toEqual(['left', 'load', 'right']);
  });

  test('does not move a task into itself', () => {
    expect(new FlowSource(FLOW).move(['tasks', 1], ['tasks', 1, 'tasks'], 0).text).toBe(FLOW);
  });

  test('loses the list with its last entry', () => {
    const once = new FlowSource(FLOW).remove(['tasks', 1, 'tasks', 0]);
    expect(once.remove(['tasks', 1, 'tasks', 0]).get(['tasks', 1, 'tasks'])).toBeUndefined();
  });

  test('begins with an empty text', () => {
    expect(new FlowSource('').set(['id'], 'new').text).toBe('id: new\n');
  });

  test('says why it can not be shown', () => {
    expect(new FlowSource('id: [').problem?.line).toBe(1);
    expect(new FlowSource('- a').problem?.message).toBe('Expected a map');
  });

  test('writes lists as the text does', () => {
    const flat = 'id: a\ntasks:\n- id: one\n  type: x.Y\n';
    expect(new FlowSource(flat).insert(['tasks'], 1, { id: 'two' }).text).toBe('id: a\ntasks:\n- id: one\n  type: x.Y\n- id: two\n');
  });
});
