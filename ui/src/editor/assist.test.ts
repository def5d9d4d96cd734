// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { cronAt } from './assist';

test.each([
  ['double quotes', '  cron: "*/15 2-6 * * 1-5"'],
  ['single quotes', "  cron: '*/15 2-6 * * 1-5'"],
  ['none, with a comment', '  cron: */15 2-6 * * 1-5 # often'],
  ['a mapping in a line', '- {id: a, cron: "*/15 2-6 * * 1-5", disabled: true}'],
  ['a mapping in a line without quotes', '- {id: a, cron: */15 2-6 * * 1-5, disabled: true}'],
])('finds a cron expression in %s', (_, line) => {
  const text = `triggers:\n${line}\n`;

  expect(cronAt(text, text.indexOf('2-6'))?.cron).toBe('*/15 2-6 * * 1-5');
  expect(cronAt(text, text.indexOf('cron'))?.cron).toBe('*/15 2-6 * * 1-5');
  expect(cronAt(text, 2)).toBeUndefined();
});
