// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { bucketOf } from './StateChart';

const bucket = (sum: string, count: number) => bucketOf({ startDate: '2026-01-02T03:00:00Z', duration: { sum, count }, executionCounts: { SUCCESS: 2, FAILED: 1, RUNNING: 0 } });

test('a stretch of time counts what was in it, and how long what has ended took', () => {
  expect(bucket('PT1M30S', 3)).toEqual({ from: Date.UTC(2026, 0, 2, 3), counts: new Map([['SUCCESS', 2], ['FAILED', 1]]), total: 3, mean: 30_000 });
});

test('where nothing has ended there is no duration rather than none', () => {
  expect(bucket('PT0S', 0)).not.toHaveProperty('mean');
});
