// SPDX-License-Identifier: Apache-2.0
import { isMap, parseDocument, visit } from 'yaml';
import type { Path } from './schema';

/** Where the cursor is in YAML that may be half written. */
export interface Place {
  /** The object that the cursor is in. */
  path: Path;
  /** The key whose value the cursor is in; without one, it is where a key is written. */
  key: string | undefined;
  /** Where what is being written begins. */
  from: number;
  word: string;
  /** Column at which the keys of the object begin. */
  column: number;
}

interface Entry {
  kind: 'item' | 'key';
  column: number;
  step: string | number;
}

const KEY = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s:#{[&*!|>'"%@`-][^:#]*?|-[^\s:][^:#]*?):(?=\s|$)/;
const BLOCK = /^[|>][-+0-9]*\s*(#.*)?$/;

/** The type of the innermost object with one that the cursor is in, such as that of a task. */
export function typeAt(text: string, offset: number): string | undefined {
  const line = text.lastIndexOf('\n', offset - 1) + 1;
  // the dash before an object is as good as the object
  const at = Math.max(offset, line + (/^[ \t]*(?:- +)*/.exec(text.slice(line))?.[0].length ?? 0));
  let found: string | undefined;
  visit(parseDocument(text, { logLevel: 'silent' }), {
    Node: (_, node) => {
      const [from, , to] = node.range ?? [0, 0, 0];
      if (at < from || at > to || (at === to && to < text.length)) return visit.SKIP;
      const type: unknown = isMap(node) && node.get('type');
      if (typeof type === 'string' && type.includes('.')) found = type;
      return undefined;
    },
  });
  return found;
}

/**
 * By indentation alone, so that it works while the document is being typed.
 *
 * @returns nothing inside of block scalars and comments
 */
export function placeAt(text: string, offset: number): Place | undefined {
  const before = text.slice(0, offset);
  const lines = before.split('\n');
  const last = lines.pop() ?? '';
  let stack: Entry[] = [];
  let block = -1;

  const enter = (entry: Entry) => {
    let index = 0;
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (!top) break;
      if (entry.kind === 'item' ? top.column > entry.column || (top.kind === 'item' && top.column === entry.column) : top.column >= entry.column) {
        if (entry.kind === 'item' && top.kind === 'item' && top.column === entry.column) index = Number(top.step) + 1;
        stack.pop();
      } else break;
    }
    stack.push(entry.kind === 'item' ? { ...entry, step: index } : entry);
  };

  const read = (line: string): { rest: string; column: number; value: string | undefined } => {
    let column = line.length - line.trimStart().length;
    let rest = line.slice(column);
    for (let dash = /^-(\s+|$)/.exec(rest); dash; dash = /^-(\s+|$)/.exec(rest)) {
      enter({ kind: 'item', column, step: 0 });
      column += dash[0].length;
      rest = rest.slice(dash[0].length);
    }
    const key = KEY.exec(rest);
    if (!key?.[1]) return { rest, column, value: undefined };
    enter({ kind: 'key', column, step: unquoted(key[1]) });
    return { rest, column, value: rest.slice(key[0].length) };
  };

  for (const line of lines) {
    const indent = line.length - line.trimStart().length;
    if (line.trim() === '' || (block >= 0 && indent > block)) continue;
    block = -1;
    if (line.trimStart().startsWith('#')) continue;
    if (line.trim() === '---') {
      stack = [];
      continue;
    }
    const { value } = read(line);
    if (value !== undefined && BLOCK.test(value.trim())) block = stack[stack.length - 1]?.column ?? indent;
  }
  const indent = last.length - last.trimStart().length;
  if ((block >= 0 && (indent > block || last.trim() === '')) || /(^|\s)#/.test(last)) return undefined;

  const { rest, column, value } = read(last);
  if (value !== undefined) {
    const key = stack.pop();
    const written = value.trimStart();
    return { path: stack.map((e) => e.step), key: String(key?.step), from: offset - written.length, word: written, column };
  }
  while (stack.length > 0 && (stack[stack.length - 1]?.column ?? 0) >= column && !(stack[stack.length - 1]?.kind === 'item' && column > (stack[stack.length - 1]?.column ?? 0))) stack.pop();
  return { path: stack.map((e) => e.step), key: undefined, from: offset - rest.length, word: rest, column };
}

function unquoted(key: string): string {
  return /^["'].*["']$/.test(key) ? key.slice(1, -1) : key.trim();
}

/** What the document holds without the line that is being written. */
export function valueWithoutLine(text: string, offset: number): unknown {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const line = text.slice(start, end < 0 ? text.length : end);
  // the dash stays, so that the entries of lists keep their numbers
  const kept = /^\s*(-\s+)*-?/.exec(line)?.[0] ?? '';
  const without = text.slice(0, start) + kept + text.slice(end < 0 ? text.length : end);
  for (const candidate of [text, without]) {
    const document = parseDocument(candidate, { logLevel: 'silent' });
    if (document.errors.length === 0) return document.toJS() as unknown;
  }
  return parseDocument(without, { logLevel: 'silent' }).toJS() as unknown;
}

export function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[step] : undefined),
    document,
  );
}
