// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { partsOf, plain, withLinks } from './ansi';

const E = '\u001b';

test.each([
  ['colours and the end of them', `${E}[31mred${E}[0m plain`, 'red plain'],
  ['a cursor that is hidden, a title, a charset', `${E}[?25l${E}]0;title\u0007${E}(Bshown`, 'shown'],
  ['what a progress bar wrote over', 'at 10%\rat 100%', 'at 100%'],
  ['the end of a line of Windows', 'one\r\ntwo\r', 'one\ntwo'],
  ['a text without any', 'a [31m of its own', 'a [31m of its own'],
])('reads %s', (_, line, wanted) => {
  expect(plain(line)).toBe(wanted);
  expect(partsOf(line).map((part) => part.text).join('')).toBe(wanted);
});

test.each([
  ['one of sixteen', `${E}[31mx`, { colour: 1 }],
  ['a bright one, bold', `${E}[1;92mx`, { colour: 10, bold: true }],
  ['one of 256', `${E}[38;5;208mx`, { colour: 'rgb(255 135 0)' }],
  ['a grey', `${E}[38;5;232mx`, { colour: 'rgb(8 8 8)' }],
  ['any', `${E}[48;2;10;20;200mx`, { back: 'rgb(10 20 200)' }],
  ['one after another', `${E}[31m${E}[4mx`, { colour: 1, underline: true }],
  ['none again', `${E}[31;44m${E}[39;49mx`, { colour: undefined, back: undefined }],
])('shows %s', (_, line, looks) => {
  expect(partsOf(line)).toEqual([{ text: 'x', ...looks }]);
});

test('finds addresses without what ends a sentence', () => {
  expect(withLinks('see https://example.com/a?b=c, and (http://x.org/y).')).toEqual(['see ', 'https://example.com/a?b=c', ', and (', 'http://x.org/y', ').']);
  expect(withLinks('javascript:alert(1)')).toHaveLength(1);
});
