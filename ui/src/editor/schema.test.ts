// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { expressionOptions, inExpression } from './assist';
import { SchemaBook, type Schema } from './schema';

const text: Schema = { type: ['string', 'number', 'boolean', 'null'] };
const ROOT: Schema = {
  $ref: '#/$defs/flow',
  $defs: {
    flow: { type: 'object', properties: { id: text, tasks: { type: 'array', items: { $ref: '#/$defs/task' } }, retry: { anyOf: [{ $ref: '#/$defs/retry' }, { type: 'null' }] } }, required: ['id'] },
    task: {
      type: 'object', required: ['type'], properties: { type: { enum: ['x.Log', 'x.Wait'] } },
      allOf: [
        { if: { properties: { type: { enum: ['x.Log'] } } }, then: { $ref: '#/$defs/x.Log' } },
        { if: { properties: { type: { enum: ['x.Wait'] } } }, then: { $ref: '#/$defs/x.Wait' } },
      ],
    },
    common: { type: 'object', properties: { id: text, description: text }, required: ['id'] },
    'x.Log': { title: 'Writes', type: 'object', allOf: [{ $ref: '#/$defs/common' }], properties: { type: { enum: ['x.Log'] }, level: { anyOf: [{ enum: ['INFO', 'WARN', null] }, { type: 'string', pattern: '\\{\\{|\\{%' }] } }, required: ['level'] },
    'x.Wait': { type: 'object', allOf: [{ $ref: '#/$defs/common' }], properties: { pause: { type: ['string', 'number', 'null'], pattern: '^[-+]?[Pp](?=.)' } } },
    retry: { type: 'object', properties: { maxAttempts: { type: ['integer', 'string', 'null'], pattern: '^[-+]?\\d+$' } } },
  },
};
const book = new SchemaBook(ROOT);
const document = { tasks: [{ type: 'x.Log' }, { type: 'x.Wait' }, {}] };

describe('a schema', () => {
  test('says what a task takes by its type: its own properties first', () => {
    const shape = book.shape(book.at(['tasks', 0], document) ?? {}, document.tasks[0]);

    expect([...shape.properties.keys()]).toEqual(['type', 'level', 'id', 'description']);
    expect([...shape.required].sort()).toEqual(['id', 'level', 'type']);
    expect(shape.title).toBe('Writes');
  });

  test('offers all types whichever is chosen', () => {
    const shape = book.shape(book.at(['tasks', 0], document) ?? {}, document.tasks[0]);
    expect(book.choices(shape.properties.get('type') ?? {})).toEqual(['x.Log', 'x.Wait']);
  });

  test('offers only the type where none is chosen', () => {
    expect([...book.shape(book.at(['tasks', 2], document) ?? {}, {}).properties.keys()]).toEqual(['type']);
  });

  test('sees through null and expressions', () => {
    expect(book.kind(book.at(['tasks', 0, 'level'], document) ?? {})).toBe('choice');
    expect(book.kind(book.at(['retry'], {}) ?? {})).toBe('object');
    expect(book.kind(book.at(['retry', 'maxAttempts'], {}) ?? {})).toBe('number');
    expect(book.isDuration(book.at(['tasks', 1, 'pause'], document) ?? {})).toBe(true);
  });
});

test('an expression may name inputs and outputs', () => {
  const source = 'inputs:\n  - id: region\n    type: STRING\ntasks:\n  - id: load\n    type: x.Log\n  - id: b\n    message: "{{ ou"\n';
  const offset = source.indexOf('ou"') + 2;

  expect(inExpression(source, offset)?.from).toBe(offset - 2);
  expect(expressionOptions(source, offset).map((option) => option.label)).toEqual(expect.arrayContaining(['inputs.region', 'outputs.load']));
});
