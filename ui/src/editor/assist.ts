// SPDX-License-Identifier: Apache-2.0
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import i18next from 'i18next';
import { wordsOf } from '../components/cron';
import { placeAt, valueAt, valueWithoutLine } from './cursor';
import { isRecord, type Schema, type SchemaBook } from './schema';

/** Proposes keys, types and values as the schema has them, and what expressions may name. */
export function completeFrom(book: SchemaBook) {
  return (context: CompletionContext): CompletionResult | null => {
    const text = context.state.doc.toString();
    const expression = inExpression(text, context.pos);
    if (expression) return { from: expression.from, options: expressionOptions(text, context.pos), validFor: /^[\w.]*$/ };
    const place = placeAt(text, context.pos);
    if (!place || (!context.explicit && place.word === '' && place.key === undefined)) return null;
    const document = valueWithoutLine(text, context.pos);
    const schema = book.at(place.path, document);
    if (!schema) return null;
    const here = valueAt(document, place.path);
    if (place.key !== undefined) {
      const property = book.shape(schema, here).properties.get(place.key);
      return property ? { from: place.from, options: valueOptions(book, property), validFor: /^[\w.-]*$/ } : null;
    }
    const target = Array.isArray(here) ? book.items(schema) : schema;
    if (!target) return null;
    const written = isRecord(here) ? here : {};
    const shape = book.shape(target, written);
    const options = [...shape.properties]
      .filter(([name]) => !(name in written))
      .map(([name, property]) => keyOption(book, name, property, shape.required.has(name), place.column));
    return { from: place.from, options, validFor: /^[\w-]*$/ };
  };
}

function keyOption(book: SchemaBook, name: string, property: Schema, required: boolean, column: number): Completion {
  const pad = ' '.repeat(column + 2);
  const kind = book.kind(property);
  const apply = { list: `${name}:\n${pad}- `, object: `${name}:\n${pad}`, map: `${name}:\n${pad}` }[kind as string] ?? `${name}: `;
  return { label: name, type: 'property', detail: required ? '•' : undefined, info: () => described(book, name, property, required), apply, boost: required ? 50 : 0 };
}

function valueOptions(book: SchemaBook, property: Schema): Completion[] {
  const choices = book.kind(property) === 'flag' ? ['true', 'false'] : book.choices(property).map(String);
  return choices.map((choice) => ({
    label: choice,
    type: choice.includes('.') ? 'class' : 'enum',
    displayLabel: choice,
    detail: choice.includes('.') ? book.definition(choice)?.title : undefined,
    // what one types is the simple name more often than the package
    boost: choice.startsWith('io.kestra.plugin.core') ? 5 : 0,
  }));
}

/** What is known of a property, for a tooltip. */
export function described(book: SchemaBook, name: string, property: Schema, required: boolean): HTMLElement {
  const essence = book.essence(property);
  const box = document.createElement('div');
  box.className = 'mr-doc';
  const head = box.appendChild(document.createElement('div'));
  head.append(Object.assign(document.createElement('strong'), { textContent: name }), ` · ${i18next.t(`editor.kind.${book.isDuration(property) ? 'duration' : book.kind(property)}`)}${required ? ` · ${i18next.t('editor.required')}` : ''}`);
  for (const text of [property.title ?? essence.title, property.description ?? essence.description]) {
    if (text) box.append(Object.assign(document.createElement('div'), { textContent: text }));
  }
  const initial = property.default ?? essence.default;
  if (initial !== undefined) {
    const line = box.appendChild(document.createElement('div'));
    line.append('= ', Object.assign(document.createElement('code'), { textContent: JSON.stringify(initial) }));
  }
  const choices = book.choices(property);
  if (choices.length > 0 && choices.length <= 20) {
    box.append(Object.assign(document.createElement('div'), { textContent: choices.map(String).join(' | ') }));
  }
  return box;
}

/** What is said of the key, or the type, under the pointer. */
export function describeAt(book: SchemaBook, text: string, offset: number): { from: number; to: number; content: HTMLElement } | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const found = text.indexOf('\n', offset);
  const line = text.slice(start, found < 0 ? text.length : found);
  const key = /^(\s*(?:-\s+)*)([\w.-]+):(\s+(\S+))?/.exec(line);
  if (!key?.[2]) return undefined;
  const from = start + (key[1]?.length ?? 0);
  const place = placeAt(text, from + key[2].length + 1);
  if (place?.key === undefined) return undefined;
  const document = valueWithoutLine(text, text.length);
  const here = valueAt(document, place.path);
  const owner = book.at(place.path, document);
  if (!owner) return undefined;
  const shape = book.shape(owner, here);
  const type = key[4];
  if (key[2] === 'type' && type && offset >= from + 5) {
    const definition = book.definition(type);
    if (definition) return { from: from + 6, to: from + 6 + type.length, content: described(book, type, { title: definition.title }, false) };
  }
  const property = shape.properties.get(place.key);
  return property && { from, to: from + key[2].length, content: described(book, place.key, property, shape.required.has(place.key)) };
}

const CRON = /\bcron["']?:[ \t]+(?:"([^"]*)"|'([^']*)'|([^"'#,}\n]+))/g;

/** The cron expression of the key or value under the pointer, however its line is written. */
export function cronAt(text: string, offset: number): { from: number; to: number; cron: string } | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  for (const found of text.slice(start, end < 0 ? text.length : end).matchAll(CRON)) {
    const from = start + found.index;
    const to = from + found[0].trimEnd().length;
    if (offset >= from && offset <= to) return { from, to, cron: (found[1] ?? found[2] ?? found[3] ?? '').trim() };
  }
  return undefined;
}

/** What is known of what is under the pointer, for a tooltip: of a cron expression, what it says. */
export async function tooltipAt(book: SchemaBook, text: string, offset: number, language: string): Promise<{ from: number; to: number; content: HTMLElement } | undefined> {
  const found = describeAt(book, text, offset);
  const cron = cronAt(text, offset);
  const words = cron && (await wordsOf(cron.cron, cron.cron.split(/\s+/).length === 6, language));
  if (!words) return found;
  const content = found?.content ?? Object.assign(document.createElement('div'), { className: 'mr-doc' });
  content.prepend(Object.assign(document.createElement('div'), { textContent: words, className: 'mr-doc-cron' }));
  return { from: cron.from, to: cron.to, content };
}

export function inExpression(text: string, offset: number): { from: number } | undefined {
  const opened = text.lastIndexOf('{{', offset);
  if (opened < 0 || text.slice(opened, offset).includes('}}') || text.slice(opened, offset).includes('\n')) return undefined;
  const word = /[\w.]*$/.exec(text.slice(opened + 2, offset))?.[0] ?? '';
  return { from: offset - word.length };
}

const ALWAYS = [
  'execution.id', 'execution.startDate', 'execution.state', 'flow.id', 'flow.namespace', 'flow.revision', 'flow.tenantId', 'task.id', 'taskrun.id', 'taskrun.value',
  'taskrun.startDate', 'trigger.date', 'trigger.next', 'trigger.previous',
];
const FUNCTIONS = ["secret('')", "kv('')", "read('')", 'now()', 'uuid()', "render('')", "fromJson('')", "env('')"];

export function expressionOptions(text: string, offset: number): Completion[] {
  const document = valueWithoutLine(text, offset);
  if (!isRecord(document)) return [];
  const names: string[] = [...ALWAYS];
  for (const input of asRecords(document['inputs'])) if (typeof input['id'] === 'string') names.push(`inputs.${input['id']}`);
  if (isRecord(document['variables'])) names.push(...Object.keys(document['variables']).map((name) => `vars.${name}`));
  const visit = (value: unknown) => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isRecord(value)) {
      if (typeof value['id'] === 'string' && typeof value['type'] === 'string') names.push(`outputs.${value['id']}`);
      Object.values(value).forEach(visit);
    }
  };
  visit(document['tasks']);
  return [
    ...names.map((label) => ({ label, type: 'variable' })),
    ...FUNCTIONS.map((label) => ({ label, type: 'function' })),
  ];
}

function asRecords(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
