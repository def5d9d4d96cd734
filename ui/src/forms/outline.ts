// SPDX-License-Identifier: Apache-2.0
import { isRecord, type Path } from '../editor/schema';

/** A list of tasks, triggers or inputs in a flow, with what is in it. */
export interface Section {
  path: Path;
  /** Such as `tasks`, `errors`, `else`. */
  name: string;
  what: 'task' | 'trigger' | 'input';
  entries: Entry[];
}

export interface Entry {
  path: Path;
  id: string;
  type: string;
  sections: Section[];
}

const FLOW_LISTS: [string, Section['what'], boolean][] = [
  ['inputs', 'input', true],
  ['tasks', 'task', true],
  ['errors', 'task', true],
  ['finally', 'task', false],
  ['afterExecution', 'task', false],
  ['triggers', 'trigger', true],
];
/** What flow control holds tasks in, by the last part of its type. */
const HELD: Record<string, string[]> = {
  Sequential: ['tasks'], Parallel: ['tasks'], ForEach: ['tasks'], EachParallel: ['tasks'], EachSequential: ['tasks'], AllowFailure: ['tasks'], LoopUntil: ['tasks'], WorkingDirectory: ['tasks'], If: ['then', 'else'],
};

/** The lists of a flow, those that are empty too where something may be added. */
export function outline(flow: Record<string, unknown>): Section[] {
  return FLOW_LISTS.filter(([name, , always]) => always || name in flow).map(([name, what]) => section([name], name, what, flow[name]));
}

function section(path: Path, name: string, what: Section['what'], list: unknown): Section {
  const entries = Array.isArray(list) ? list.map((value: unknown, i) => entry([...path, i], value)) : [];
  return { path, name, what, entries };
}

function entry(path: Path, value: unknown): Entry {
  const written = isRecord(value) ? value : {};
  const type = String(written['type'] ?? '');
  const sections: Section[] = [];
  if (type.includes('.flow.') || 'tasks' in written) {
    const held = HELD[type.slice(type.lastIndexOf('.') + 1)] ?? [];
    const names = new Set([...held, ...['tasks', 'then', 'else', 'errors', 'finally'].filter((name) => Array.isArray(written[name]))]);
    for (const name of names) {
      const list = written[name];
      // the tasks of a Dag are each within an object that says what they wait for
      if (Array.isArray(list) && list.some((one) => isRecord(one) && 'task' in one)) continue;
      sections.push(section([...path, name], name, 'task', list));
    }
    if (isRecord(written['cases'])) for (const [name, list] of Object.entries(written['cases'])) sections.push(section([...path, 'cases', name], name, 'task', list));
    if (Array.isArray(written['defaults'])) sections.push(section([...path, 'defaults'], 'defaults', 'task', written['defaults']));
  }
  return { path, id: String(written['id'] ?? '?'), type, sections };
}

/** An id that is not taken, from the type: `log`, `log-2`, … */
export function freeId(flow: unknown, type: string): string {
  const taken = new Set<string>();
  const visit = (value: unknown) => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isRecord(value)) {
      if (typeof value['id'] === 'string') taken.add(value['id']);
      Object.values(value).forEach(visit);
    }
  };
  visit(flow);
  const base = type.slice(type.lastIndexOf('.') + 1).replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase();
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(id)) return id;
  }
}

/** Where a task, trigger or input with an id is. */
export function findEntry(sections: readonly Section[], id: string): Entry | undefined {
  for (const one of sections) {
    for (const candidate of one.entries) {
      const found = candidate.id === id ? candidate : findEntry(candidate.sections, id);
      if (found) return found;
    }
  }
  return undefined;
}
