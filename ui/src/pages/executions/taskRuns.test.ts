// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Branch, StateName } from '../../api/types';
import { byParent, rowsOf, worst } from './taskRuns';

function branch(id: string, below: Branch['below'] = {}, parent?: string): Branch {
  return { taskRun: { id, taskId: id, parentTaskRunId: parent, attempts: [], state: { current: 'SUCCESS', histories: [], startDate: '' } }, below };
}

describe('rows of a tree', () => {
  const pages: Record<string, Branch[]> = { 'NONE/1': [branch('loop', { SUCCESS: 5 })], 'loop/2': [branch('third'), branch('fourth', { FAILED: 1 })] };
  const read = (parent: string, page: number) => pages[`${parent}/${page}`];

  it('have a place for what is not read yet', () => {
    const rows = rowsOf(1, 2, read, () => true);
    expect(rows.map((row) => [row.depth, row.branch?.taskRun.id ?? row.page])).toEqual([[0, 'loop'], [1, 1], [1, 1], [1, 'third'], [1, 'fourth'], [2, 1], [1, 3]]);
  });

  it('hide what is below a closed one', () => {
    expect(rowsOf(1, 2, read, () => false)).toHaveLength(1);
  });
});

it('what holds a task run and is not known counts as nothing', () => {
  const children = byParent([branch('a'), branch('b', {}, 'a'), branch('c', {}, 'unknown')]);
  expect([...children].map(([parent, below]) => [parent, below.map((one) => one.taskRun.id)])).toEqual([['NONE', ['a', 'c']], ['a', ['b']]]);
});

it('what needs attention wins', () => {
  const states: Partial<Record<StateName, number>> = { SUCCESS: 9_999, RUNNING: 3, FAILED: 1 };
  expect(worst(states)).toBe('FAILED');
});
