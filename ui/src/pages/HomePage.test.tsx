// SPDX-License-Identifier: Apache-2.0
import { cleanup, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { refusal, showWithApi, type Asked } from '../components/testing';
import { startTexts } from '../i18n';
import HomePage from './HomePage';

beforeAll(() => startTexts());
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const bucket = (sum: string, count: number) => [{ startDate: '2026-01-02T03:00:00Z', duration: { sum, count }, executionCounts: { SUCCESS: 3, PAUSED: 1 } }];

/** Everything is empty but what is counted over time. */
function shown(counted: (asked: Asked) => unknown): Asked[] {
  return showWithApi(<HomePage />, ['EXECUTION_READ', 'TRIGGER_READ'], (asked) => (asked.path.startsWith('stats/') ? counted(asked) : { results: [], total: 0 }));
}

const card = (name: string) => screen.getByRole('link', { name: new RegExp(`^${name}`) }).textContent?.slice(name.length);

test('what can’t be counted isn’t shown as nothing', async () => {
  shown(() => refusal(403, 'forbidden'));

  await screen.findByRole('alert');
  await waitFor(() => expect(card('Under way')).toBe('0'));
  expect([card('Executions'), card('Failed'), card('Mean duration')]).toEqual(['–', '–', '–']);
});

test('the mean duration is that of what has ended', async () => {
  shown(() => bucket('PT6S', 3));

  await waitFor(() => expect(card('Mean duration')).toBe('2.00 s'));
  expect(card('Executions')).toBe('4');
  await screen.findByText('Highest: 2.00 s');
});
