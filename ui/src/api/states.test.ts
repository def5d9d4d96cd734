// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import styles from '../app/styles.css?raw';
import en from '../i18n/en.json';
import fr from '../i18n/fr.json';
import { GRAVEST_FIRST, isTerminal, STATES } from './types';

const engine = Object.values(import.meta.glob<string>('../../../libs/engine/src/main/java/io/millrace/engine/State.java', { query: '?raw', import: 'default', eager: true })).join();

test('the states are those of the engine, and end where it says so', () => {
  const known = [...engine.matchAll(/^ {4}([A-Z]+)\((true|false)\)/gm)].map(([, name = '', terminal]) => [name, terminal === 'true']);

  expect(known.length).toBeGreaterThan(10);
  expect(STATES.map((state) => [state, isTerminal(state)]).sort()).toEqual(known.sort());
});

test('each state has a colour, a name and a place among the others', () => {
  expect([...GRAVEST_FIRST].sort()).toEqual([...STATES].sort());
  for (const state of STATES) {
    expect(styles, state).toMatch(new RegExp(`\\.st-${state}\\b`));
    expect([en, fr].map((texts) => state in texts.state), state).toEqual([true, true]);
  }
});
