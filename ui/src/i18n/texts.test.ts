// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import en from './en.json';
import fr from './fr.json';

function keys(texts: object, prefix = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]) => (typeof value === 'string' ? [prefix + key] : keys(value as object, `${prefix}${key}.`)));
}

function textOf(texts: object, key: string): string {
  return key.split('.').reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], texts) as string;
}

const sources = Object.values(import.meta.glob<string>(['../**/*.{ts,tsx}', '!../**/*.test.*'], { query: '?raw', import: 'default', eager: true })).join('\n');

test('French says all that English says', () => {
  // French counts large numbers otherwise
  expect(keys(fr).filter((key) => !key.endsWith('_many')).sort()).toEqual(keys(en).sort());
});

test('French has the same places for values', () => {
  for (const key of keys(en)) {
    const places = (texts: object) => [...textOf(texts, key).matchAll(/{{(\w+)}}/g)].map((match) => match[1]).sort();
    expect(places(fr), key).toEqual(places(en));
  }
});

test('every text that the code asks for is there', () => {
  const known = new Set(keys(en).map((key) => key.replace(/_(one|other|many)$/, '')));
  const asked = [...sources.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map((match) => match[1] ?? '');
  expect(asked.filter((key) => !known.has(key))).toEqual([]);
  expect(asked.length).toBeGreaterThan(100);
});

test('every text is asked for', () => {
  // by its key, by the beginning of one that is put together, or by the editor itself
  const begun = [...sources.matchAll(/`([\w.]+\.)\$\{/g)].map((match) => match[1] ?? '');
  const left = keys(en)
    .map((key) => key.replace(/_(one|other|many)$/, ''))
    .filter((key) => !sources.includes(`'${key}'`) && !begun.some((start) => key.startsWith(start)) && !key.startsWith('codeMirror.'));
  expect([...new Set(left)]).toEqual([]);
});
