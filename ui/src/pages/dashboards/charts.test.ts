// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { kindOf, overTime, slices, stacks } from './charts';

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

test('hours in which nothing was are gaps, and what has no order stays as it is', () => {
  const bars = stacks([3, 4, 7].map((hour) => ({ date: `2026-01-01T0${hour}:00:00Z`, total: hour })), 'date', undefined);

  expect(overTime(bars).map(({ key, total }) => [new Date(key).getUTCHours(), total])).toEqual([[3, 3], [4, 4], [5, 0], [6, 0], [7, 7]]);
  expect(overTime([...bars].reverse()).map(({ total }) => total)).toEqual([7, 4, 3]);
  expect(overTime(bars.slice(0, 1))).toHaveLength(1);
});

test('a type that is not known shows as a table', () => {
  expect([kindOf('io.kestra.plugin.core.dashboard.chart.Pie'), kindOf('com.example.Sankey')]).toEqual(['Pie', 'Table']);
});
