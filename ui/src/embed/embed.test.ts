// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test, vi } from 'vitest';
import { readEvents } from '../api/events';
import type { InputDefinition } from '../api/types';
import { PortalApi } from './api';
import { textsFor } from './dom';
import { field, show, showAll, valuesOf } from './fields';

afterEach(() => vi.unstubAllGlobals());

const stream = (...chunks: string[]) => new Blob(chunks).stream();

function bytes(...chunks: string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      chunks.forEach((chunk) => controller.enqueue(encoder.encode(chunk)));
      controller.close();
    },
  });
}

async function all<T>(events: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const event of events) list.push(event);
  return list;
}

test('events come whole however they are cut', async () => {
  const events = await all(readEvents(bytes(': hello\n\nid: 1\nda', 'ta: {"a":\ndata: 1}\r', '\n\r\nid: end\ndata:x\n\n', 'data: cut off')));

  expect(events).toEqual([{ id: '1', data: '{"a":\n1}' }, { id: 'end', data: 'x' }]);
});

test('a stream that breaks off goes on after the last event, with a fresh token and no cookie', async () => {
  const asked: { last: string | null; token: string | null; credentials: unknown }[] = [];
  const answers = ['id: 7\ndata: {"message":"one"}\n\n', 'id: 8\ndata: {"message":"two"}\n\nid: end\ndata: {}\n\n'];
  vi.stubGlobal('fetch', (_url: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    asked.push({ last: headers.get('Last-Event-ID'), token: headers.get('Authorization'), credentials: init.credentials });
    return Promise.resolve(new Response(stream(answers[asked.length - 1] ?? '')));
  });
  let tokens = 0;
  const lines = await all(new PortalApi('https://millrace.example/', 'main', () => `t${++tokens}`).log('x', new AbortController().signal));

  expect(lines.map((line) => line.message)).toEqual(['one', 'two']);
  expect(asked).toEqual([
    { last: null, token: 'Bearer t1', credentials: 'omit' },
    { last: '7', token: 'Bearer t2', credentials: 'omit' },
  ]);
});

test('a refusal ends a stream with what the server says', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('{"detail":"Not Found: x"}', { status: 404 })));

  await expect(all(new PortalApi('', 'main', 't').log('x', new AbortController().signal))).rejects.toThrow('Not Found: x');
});

test('sends what was filled in and leaves the rest to defaults', () => {
  const inputs: InputDefinition[] = [
    { id: 'name', type: 'STRING' },
    { id: 'count', type: 'INT', defaults: 3 },
    { id: 'on', type: 'BOOL', defaults: true },
    { id: 'many', type: 'MULTISELECT', values: ['a', 'b', 'c'] },
    { id: 'one', type: 'SELECT', values: ['x', 'y'], required: false },
  ];
  const form = document.createElement('form');
  form.append(...inputs.map((input) => field(input, textsFor(form))));
  (form.querySelector('[name=name]') as HTMLTextAreaElement).value = '<b>Ada</b>';
  for (const option of form.querySelectorAll<HTMLOptionElement>('[name=many] option')) option.selected = option.value !== 'b';

  expect([...valuesOf(form, true)]).toEqual([['name', '<b>Ada</b>'], ['on', 'true'], ['many', '["a","c"]']]);
});

test('shows what the server says of the inputs', () => {
  const form = document.createElement('form');
  const kind: InputDefinition = { id: 'kind', type: 'STRING' };
  const size: InputDefinition = { id: 'size', type: 'SELECT', values: [] };
  form.append(...[kind, size].map((input) => field(input, textsFor(form))));
  const check = (input: InputDefinition, more = {}) => ({ input, enabled: true, isDefault: false, errors: [], ...more });
  show([check(kind, { errors: [{ message: 'Expected a kind' }] }), check({ ...size, values: ['s', 'm'] })], form, new Set(['kind']), textsFor(form));

  expect(form.querySelector('[data-input=kind] .bad')?.textContent).toBe('Expected a kind');
  expect([...form.querySelectorAll('option')].map((option) => option.value)).toEqual(['', 's', 'm']);

  show([check(kind), check(size, { enabled: false })], form, new Set(), textsFor(form));
  expect(form.querySelector<HTMLElement>('[data-input=size]')?.hidden).toBe(true);
  expect([...valuesOf(form, true)]).toEqual([]);
});

test('shows a choice side by side if the input says so', () => {
  const form = document.createElement('form');
  const size: InputDefinition = { id: 'size', type: 'SELECT', values: ['s', 'm'], isRadio: true };
  const mood: InputDefinition = { id: 'mood', type: 'SELECT', values: ['glad'], isRadio: true, required: false };
  const first: InputDefinition = { id: 'first', type: 'SELECT', values: ['a', 'b'], isRadio: true, autoSelectFirst: true };
  form.append(...[size, mood, first].map((input) => field(input, textsFor(form))));
  const radios = (id: string) => [...form.querySelectorAll<HTMLInputElement>(`[data-input=${id}] input[type=radio]`)];

  expect(radios('size').map(({ value, required, checked }) => [value, required, checked])).toEqual([['s', true, false], ['m', true, false]]);
  expect(radios('mood').map((radio) => radio.value)).toEqual(['', 'glad']);
  expect([...valuesOf(form, true)]).toEqual([['first', 'a']]);

  const check = (input: InputDefinition, more = {}) => ({ input, enabled: true, isDefault: false, errors: [], ...more });
  radios('size').forEach((radio) => { radio.checked = radio.value === 'm'; });
  show([check({ ...size, values: ['m', 'l'] }), check(mood, { enabled: false })], form, new Set(), textsFor(form));
  expect(radios('size').map(({ value, checked }) => [value, checked])).toEqual([['m', true], ['l', false]]);
  expect(radios('mood').every((radio) => radio.disabled)).toBe(true);
  expect([...valuesOf(form, true)]).toEqual([['size', 'm'], ['first', 'a']]);
});

test('shows what can be selected by its label, and sends its value', () => {
  const form = document.createElement('form');
  const values = [{ value: '123', label: 'Production' }, 'dev'];
  form.append(...[{ id: 'list', type: 'SELECT', values }, { id: 'radio', type: 'SELECT', values, isRadio: true }].map((input) => field(input, textsFor(form))));

  const shown = [...form.querySelectorAll<HTMLOptionElement>('[name=list] option')].map(({ value, textContent }) => [value, textContent]);
  expect(shown.slice(1)).toEqual([['123', 'Production'], ['dev', 'dev']]);
  const radio = form.querySelector<HTMLInputElement>('[data-input=radio] input');
  expect(radio?.parentElement?.textContent).toBe('Production');
  radio?.click();
  expect([...valuesOf(form, true)]).toEqual([['radio', '123']]);
});

test('waits with what depends on others, and takes what may be written beside what is proposed', () => {
  const form = document.createElement('form');
  const more: InputDefinition = { id: 'more', type: 'STRING', dependsOn: { inputs: ['kind'] } };
  const kind: InputDefinition = { id: 'kind', type: 'SELECT', values: ['a', 'b'], allowCustomValue: true, displayName: 'Which kind' };
  form.append(...[kind, more].map((input) => field(input, textsFor(form))));
  const text = form.querySelector<HTMLInputElement>('[name=kind]');

  expect(form.querySelector<HTMLElement>('[data-input=more]')?.hidden).toBe(true);
  expect(form.querySelector('[data-input=kind]')?.textContent).toContain('Which kind');
  expect([...form.querySelectorAll<HTMLOptionElement>('datalist option')].map((option) => option.value)).toEqual(['a', 'b']);
  if (text) text.value = 'c';
  showAll(form);
  expect(form.querySelector<HTMLElement>('[data-input=more]')?.hidden).toBe(false);
  expect([...valuesOf(form, true)]).toEqual([['kind', 'c']]);
});

test('begins with what is prefilled as soon as it can be chosen', () => {
  const form = document.createElement('form');
  const size: InputDefinition = { id: 'size', type: 'SELECT', values: [], prefill: 'm' };
  form.append(field(size, textsFor(form)));
  expect([...valuesOf(form, true)]).toEqual([]);

  show([{ input: { ...size, values: ['s', 'm'] }, enabled: true, isDefault: false, errors: [] }], form, new Set(), textsFor(form));
  expect([...valuesOf(form, true)]).toEqual([['size', 'm']]);
});
