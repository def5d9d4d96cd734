// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { BLUEPRINTS, blueprint } from '../pages/flows/blueprints';
import { EXAMPLES } from './examples';

test('what is shown as an example can be read', () => {
  for (const [name, text] of Object.entries(EXAMPLES)) expect(parse(text), name).toBeTypeOf('object');
});

test('each blueprint is a flow in the namespace that is asked for', () => {
  for (const id of BLUEPRINTS) {
    const flow = parse(blueprint(id, 'company.data')) as { tasks: unknown[] };
    expect(flow, id).toMatchObject({ id: 'my-flow', namespace: 'company.data' });
    expect(flow.tasks.length, id).toBeGreaterThan(0);
  }
});
