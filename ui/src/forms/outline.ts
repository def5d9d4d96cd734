// SPDX-License-Identifier: Apache-2.0
import type { FlowSource } from '../editor/flowDocument';
import { isRecord, type Path } from '../editor/schema';

/** A list of tasks, triggers or inputs in a flow, with what is in it. */
export interface Section {
  path: Path;
  /** Such as `tasks`, `errors`, `else`. */
  name: string;
  what: 'task' | 'trigger' | 'input';
  /** Whether each task is within an object that says what it waits for, as in a Dag. */
  wrapped: boolean;
  entries: Entry[];
}

export interface Entry {
  path: Path;
  /** What stands in the list for it: itself, or what wraps it. */
  place: Path;
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
  Sequential: ['tasks'], Parallel: ['tasks'], ForEach: ['tasks'], EachParallel: ['tasks'], EachSequential: ['tasks'], AllowFailure: ['tasks'], LoopUntil: ['tasks'], WorkingDirectory: ['tasks'], Dag: ['tasks'], Loop: ['tasks'], Rollout: ['tasks'],
  If: ['then', 'else'], Switch: ['defaults'], Approval: ['onWait', 'onApprove', 'onDeny'],
};

/** The lists of a flow, those that are empty too where something may be added. */
export function outline(flow: Record<string, unknown>): Section[] {
  return FLOW_LISTS.filter(([name, , always]) => always || name in flow).map(([name, what]) => section([name], name, what, flow[name]));
}

function section(path: Path, name: string, what: Section['what'], list: unknown, wrapped = false): Section {
  const entries = Array.isArray(list)
    ? list.map((value: unknown, i) => (wrapped ? entry([...path, i, 'task'], isRecord(value) ? value['task'] : undefined, [...path, i]) : entry([...path, i], value)))
    : [];
  return { path, name, what, wrapped, entries };
}

function entry(path: Path, value: unknown, place = path): Entry {
  const written = isRecord(value) ? value : {};
  const type = String(written['type'] ?? '');
  const sections: Section[] = [];
  if (type.includes('.flow.') || 'tasks' in written) {
    const held = HELD[type.slice(type.lastIndexOf('.') + 1)] ?? [];
    const names = new Set([...held, ...Object.keys(written).filter((name) => areTasks(written[name]))]);
    for (const name of names) {
      const list = written[name];
      sections.push(section([...path, name], name, 'task', list, name === 'tasks' && /\.Dag$/.test(type)));
    }
    if (isRecord(written['cases'])) for (const [name, list] of Object.entries(written['cases'])) sections.push(section([...path, 'cases', name], name, 'task', list));
  }
  return { path, place, id: String(written['id'] ?? '?'), type, sections };
}

/** Whether a list holds tasks: a type with its package, which inputs don't have, and an id, which conditions don't have. */
function areTasks(list: unknown): boolean {
  return Array.isArray(list) && list.some((one) => isRecord(one) && 'id' in one) && list.every((one) => isRecord(one) && String(one['type']).includes('.'));
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
  return findBoth(sections, (entry) => entry.id === id)?.entry;
}

/** An entry with the list that it is in. */
export function findBoth(sections: readonly Section[], wanted: (entry: Entry) => boolean): { entry: Entry; section: Section } | undefined {
  for (const section of sections) {
    for (const entry of section.entries) {
      if (wanted(entry)) return { entry, section };
      const below = findBoth(entry.sections, wanted);
      if (below) return below;
    }
  }
  return undefined;
}

function task(source: FlowSource, id: string): { entry: Entry; section: Section; at: number } | undefined {
  const found = findBoth(outline(source.value()), (entry) => entry.id === id);
  return found?.section.what === 'task' ? { ...found, at: Number(found.entry.place.at(-1)) } : undefined;
}

/** A task before or after another one, in the list of that one. Nothing changes where that can't be. */
export function moveBeside(source: FlowSource, id: string, beside: string, after: boolean): FlowSource {
  const moved = task(source, id);
  const target = task(source, beside);
  if (!moved || !target || id === beside || moved.section.wrapped !== target.section.wrapped) return source;
  return source.move(moved.entry.place, target.section.path, target.at + (after ? 1 : 0));
}

/** A task further up or down in its list. */
export function moveBy(source: FlowSource, id: string, by: 1 | -1): FlowSource {
  const moved = task(source, id);
  if (!moved || moved.at + by < 0 || moved.at + by >= moved.section.entries.length) return source;
  return source.move(moved.entry.place, moved.section.path, by > 0 ? moved.at + 2 : moved.at - 1);
}

/** A new task behind another one; in a Dag it waits for that one. */
export function insertAfter(source: FlowSource, id: string, type: string): FlowSource {
  const before = task(source, id);
  if (!before) return source;
  const made = { id: freeId(source.value(), type), type };
  return source.insert(before.section.path, before.at + 1, before.section.wrapped ? { task: made, dependsOn: [id] } : made);
}
