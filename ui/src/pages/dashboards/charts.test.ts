// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { kindOf, slices, stacks } from './charts';

const ROWS = [
  { date: '2026-01-01', state: 'SUCCESS', total: 3 },
  { date: '2026-01-01', state: 'FAILED', total: 1 },
  { date: '2026-01-02', state: 'SUCCESS', total: 2 },
];

test('a bar is for each value of the column, with a part for each colour', () => {
  expect(stacks(ROWS, 'date', 'state').map(({ key, total, parts }) => [key, total, [...parts]])).toEqual([
    ['2026-01-01', 4, [['SUCCESS', 3], ['FAILED', 1]]],
    ['2026-01-02', 2, [['SUCCESS', 2]]],
  ]);
});

test('a chart that names no column takes the first that holds no numbers', () => {
  expect(slices(ROWS, undefined)).toEqual([['2026-01-01', 4], ['2026-01-02', 2]]);
  expect(slices(ROWS, 'state')).toEqual([['SUCCESS', 5], ['FAILED', 1]]);
});

test('rows without a number are counted', () => {
  expect(slices([{ flow: 'a' }, { flow: 'b' }, { flow: 'a' }], undefined)).toEqual([['a', 2], ['b', 1]]);
});

test('a type that is not known shows as a table', () => {
  expect([kindOf('io.kestra.plugin.core.dashboard.chart.Pie'), kindOf('com.example.Sankey')]).toEqual(['Pie', 'Table']);
});
