// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { rowsOf } from './preview';

test('reads quoted cells, separators and breaks within them', () => {
  const text = 'id,name\r\n1,"Doe, Jane"\r\n2,"said ""hi""\nand left"\n';

  expect(rowsOf(text, 'csv')).toEqual({ head: ['id', 'name'], rows: [['1', 'Doe, Jane'], ['2', 'said "hi"\nand left']] });
  expect(rowsOf('a\tb\n1\t2', 'tsv')).toEqual({ head: ['a', 'b'], rows: [['1', '2']] });
});

test('reads records with columns of their own', () => {
  expect(rowsOf('{"id": 1, "at": {"x": 2}}\n{"id": 2, "more": null}\n', 'jsonl')).toEqual({ head: ['id', 'at', 'more'], rows: [['1', '{"x":2}', ''], ['2', '', '']] });
});

test('leaves what is no table as it is', () => {
  expect(rowsOf('{"id": 1', 'jsonl')).toBeUndefined();
  expect(rowsOf('[1]\n', 'ion')).toBeUndefined();
  expect(rowsOf('one column\nx\n', 'csv')).toBeUndefined();
  expect(rowsOf('a,b\n', 'txt')).toBeUndefined();
});
