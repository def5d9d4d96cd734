// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { inOrderOfTime } from './useLogs';

const at = (second: string, message = '') => ({ timestamp: `2026-05-04T01:02:${second}Z`, message });

test('lines that come late stand where they belong', () => {
  const shown = [at('07'), at('08.25')];
  expect(inOrderOfTime(shown, [at('07.5'), at('08'), at('09')])).toEqual([at('07'), at('07.5'), at('08'), at('08.25'), at('09')]);
});

test('lines of one instant stay as they came', () => {
  expect(inOrderOfTime([at('08', 'one'), at('09', 'two')], [at('08', 'three')]).map((line) => line.message)).toEqual(['one', 'three', 'two']);
});
