// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { placeAt, typeAt, valueAt, valueWithoutLine } from './cursor';

/** `‸` is the cursor. */
function at(marked: string) {
  const offset = marked.indexOf('‸');
  const text = marked.replace('‸', '');
  const place = placeAt(text, offset);
  return place && { path: place.path, key: place.key, word: place.word };
}

describe('the place of the cursor', () => {
  test.each([
    ['na‸', [], undefined, 'na'],
    ['id: a\nnamesp‸', [], undefined, 'namesp'],
    ['tasks:\n  - id: a\n    ty‸', ['tasks', 0], undefined, 'ty'],
    ['tasks:\n  - id: a\n  - ‸', ['tasks', 1], undefined, ''],
    ['tasks:\n- id: a\n- id: b\n  ‸', ['tasks', 1], undefined, ''],
    ['tasks:\n  - id: a\n    type: io.kes‸', ['tasks', 0], 'type', 'io.kes'],
    ['tasks:\n  - id: a\n    tasks:\n      - id: b\n        x: 1\n    lo‸', ['tasks', 0], undefined, 'lo'],
    ['tasks:\n  - id: a\n    retry:\n      ‸', ['tasks', 0, 'retry'], undefined, ''],
    ['a:\n  script: |\n    some: text\ntasks:\n  - i‸', ['tasks', 0], undefined, 'i'],
    ['# a: b\nid: x\nlabels:\n  team: d‸', ['labels'], 'team', 'd'],
    ['"quoted key":\n  in‸', ['quoted key'], undefined, 'in'],
  ])('%j', (text, path, key, word) => {
    expect(at(text)).toEqual({ path, key, word });
  });

  test.each(['script: |\n  ec‸', 'id: a # com‸', '# ‸'])('is nowhere in blocks and comments: %j', (text) => {
    expect(at(text)).toBeUndefined();
  });
});

test('the line that is being written does not hide the rest', () => {
  const text = 'tasks:\n  - id: a\n    type: x.Y\n    me';
  expect(valueAt(valueWithoutLine(text, text.length), ['tasks', 0, 'type'])).toBe('x.Y');
});

const NESTED = `id: a
tasks:
  - id: outer
    type: io.core.Each
    tasks:
      - id: inner
        type: io.core.Log
        message: hello
    after: x
triggers:
  - {id: t, type: io.core.Schedule, cron: "* * * * *"}
`;

test.each([
  ['a task', 'outer', 'io.core.Each'],
  ['the inner one of two', 'hello', 'io.core.Log'],
  ['the outer one below the inner', 'after', 'io.core.Each'],
  ['the dash before a task', '- id: inner', 'io.core.Log'],
  ['a mapping in a line', 'cron', 'io.core.Schedule'],
  ['no task', 'triggers', undefined],
])('finds the type of %s', (_, where, type) => {
  expect(typeAt(NESTED, NESTED.indexOf(where))).toBe(type);
});
