// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { argumentsOf, valuesOf } from './teamBlueprints';

const blueprint = {
  id: 'b1',
  title: 'Load regions',
  template: { templateArguments: { regions: { type: 'MULTISELECT', values: ['eu', 'us'] }, size: { type: 'INT', defaults: 3 }, loud: { type: 'BOOL' }, name: {}, more: { type: 'JSON' } } },
};

test('a template asks for its arguments in their order, as text if it does not say', () => {
  expect(argumentsOf(blueprint).map(({ id, type }) => `${id} ${type}`)).toEqual(['regions MULTISELECT', 'size INT', 'loud BOOL', 'name STRING', 'more JSON']);
  expect(argumentsOf({ id: 'b2', title: 'Plain' })).toEqual([]);
});

test('what is filled in is sent as what it is, and what is empty is left to its default', () => {
  const filled = { regions: ['eu'], size: '7', loud: 'false', name: '', more: '{"a": 1}' };

  expect(valuesOf(argumentsOf(blueprint), filled)).toEqual({ regions: ['eu'], size: 7, loud: false, more: { a: 1 } });
  expect(valuesOf(argumentsOf(blueprint), { more: 'not JSON' })).toEqual({ more: 'not JSON' });
});
