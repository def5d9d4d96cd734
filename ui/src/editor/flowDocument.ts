// SPDX-License-Identifier: Apache-2.0
import { isMap, isNode, isScalar, isSeq, parseDocument, Scalar, visit, type Document, type Node, type YAMLSeq } from 'yaml';
import type { Path } from './schema';

/** How YAML is written back: lines are never folded, what was not touched stays as it is written. */
const WRITE = { lineWidth: 0, flowCollectionPadding: false, nullStr: '' } as const;

/**
 * The source of a flow that forms change: comments, order and spelling of all that a change doesn't touch stay. A
 * change gives a new source; nothing here keeps state.
 */
export class FlowSource {
  readonly text: string;
  private readonly document: Document.Parsed;

  constructor(text: string) {
    this.text = text;
    this.document = parseDocument(text, { keepSourceTokens: true, logLevel: 'silent' });
  }

  /** Why forms can't show it: YAML that can't be read. */
  get problem(): { message: string; line: number | undefined } | undefined {
    const error = this.document.errors[0];
    if (error) return { message: error.message.split('\n')[0] ?? '', line: error.linePos?.[0].line };
    const contents: unknown = this.document.contents;
    if (contents !== null && !isMap(contents)) return { message: 'Expected a map', line: 1 };
    return undefined;
  }

  value(): Record<string, unknown> {
    if (this.problem) return {};
    return (this.document.toJS() ?? {}) as Record<string, unknown>;
  }

  get(path: Path): unknown {
    return path.length === 0 ? this.value() : toValue(this.document.getIn(path, true), this.document);
  }

  /** Sets a value; `undefined` and an emptied text take the key away. */
  set(path: Path, value: unknown): FlowSource {
    return this.changed((document) => {
      if (value === undefined) {
        if (document.hasIn(path)) document.deleteIn(path);
        prune(document, path.slice(0, -1));
        return;
      }
      const existing: unknown = document.getIn(path, true);
      if (isScalar(existing) && (typeof value !== 'object' || value === null)) {
        setScalar(existing, value);
        return;
      }
      ensureParents(document, path);
      document.setIn(path, nodeOf(document, value));
    });
  }

  rename(path: Path, key: string): FlowSource {
    return this.changed((document) => {
      const parent: unknown = document.getIn(path.slice(0, -1), true);
      const old = path[path.length - 1];
      if (!isMap(parent)) return;
      const pair = parent.items.find((item) => keyOf(item.key) === String(old));
      if (!pair) return;
      if (isScalar(pair.key)) setScalar(pair.key, key);
      else pair.key = document.createNode(key);
    });
  }

  /** Puts an entry into a list that need not exist. */
  insert(list: Path, index: number, value: unknown): FlowSource {
    return this.changed((document) => {
      const existing: unknown = document.getIn(list, true);
      const node = nodeOf(document, value) as Node;
      if (isSeq(existing)) {
        existing.flow = false;
        existing.items.splice(Math.min(index, existing.items.length), 0, node);
      } else {
        ensureParents(document, list);
        document.setIn(list, nodeOf(document, [value]));
      }
    });
  }

  remove(path: Path): FlowSource {
    return this.changed((document) => {
      document.deleteIn(path);
      prune(document, path.slice(0, -1));
    });
  }

  /** Moves an entry of a list, with its comments, to a place in the same or another list. */
  move(from: Path, list: Path, index: number): FlowSource {
    const moved = this.document.getIn(from, true);
    if (!isNode(moved) || startsWith(list, from)) return this;
    return this.changed((document) => {
      const source: unknown = document.getIn(from.slice(0, -1), true);
      const at = Number(from[from.length - 1]);
      if (!isSeq(source)) return;
      const same = samePath(from.slice(0, -1), list);
      const [node] = source.items.splice(at, 1);
      let target: unknown = same ? source : document.getIn(shifted(list, from), true);
      if (!isSeq(target)) {
        ensureParents(document, shifted(list, from));
        document.setIn(shifted(list, from), document.createNode([]));
        target = document.getIn(shifted(list, from), true);
      }
      const into = target as YAMLSeq;
      into.flow = false;
      into.items.splice(same && at < index ? index - 1 : index, 0, node);
      prune(document, from.slice(0, -1));
    });
  }

  private changed(change: (document: Document.Parsed) => void): FlowSource {
    const copy = parseDocument(this.text, { keepSourceTokens: true, logLevel: 'silent' });
    if (copy.contents === null) copy.contents = copy.createNode({}) as unknown as typeof copy.contents;
    change(copy);
    return new FlowSource(copy.toString({ ...WRITE, indentSeq: indentsLists(this.text) }));
  }
}

/** Whether `- ` of lists stands further in than their key, as most of the text has it. */
function indentsLists(text: string): boolean {
  const list = /^( *)[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\n( *)- /m.exec(text);
  return !list || (list[2] ?? '').length > (list[1] ?? '').length;
}

function setScalar(scalar: Scalar, value: unknown): void {
  const before = scalar.value;
  scalar.value = value;
  delete scalar.source;
  if (typeof value === 'string') {
    if (value.includes('\n')) scalar.type = Scalar.BLOCK_LITERAL;
    else if (scalar.type === Scalar.BLOCK_LITERAL || scalar.type === Scalar.BLOCK_FOLDED) delete (scalar as { type?: unknown }).type;
  } else if (typeof before !== typeof value) {
    delete (scalar as { type?: unknown }).type;
  }
}

function nodeOf(document: Document, value: unknown): unknown {
  const node = document.createNode(value);
  visit(node as Node, {
    Scalar(_, scalar) {
      if (typeof scalar.value === 'string' && scalar.value.includes('\n')) scalar.type = Scalar.BLOCK_LITERAL;
    },
  });
  return node;
}

function ensureParents(document: Document, path: Path): void {
  for (let length = 1; length < path.length; length++) {
    const parent = path.slice(0, length);
    const existing: unknown = document.getIn(parent, true);
    if (isMap(existing) || isSeq(existing)) continue;
    document.setIn(parent, document.createNode(typeof path[length] === 'number' ? [] : {}));
  }
}

/** Takes away what a removal has left empty, but never the document. */
function prune(document: Document, path: Path): void {
  for (let parent = path; parent.length > 0; parent = parent.slice(0, -1)) {
    const node: unknown = document.getIn(parent, true);
    if ((!isMap(node) && !isSeq(node)) || node.items.length > 0 || typeof parent[parent.length - 1] === 'number') return;
    document.deleteIn(parent);
  }
}

function toValue(node: unknown, document: Document): unknown {
  return isNode(node) ? (node.toJS(document) as unknown) : node;
}

function keyOf(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function samePath(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((step, i) => step === other[i]);
}

function startsWith(path: Path, prefix: Path): boolean {
  return path.length >= prefix.length && prefix.every((step, i) => step === path[i]);
}

/** Where a list is after an entry before it, in a list around it, was taken out. */
function shifted(list: Path, taken: Path): Path {
  const depth = taken.length - 1;
  const at = taken[depth];
  if (list.length <= depth || !startsWith(list, taken.slice(0, -1))) return list;
  const step = list[depth];
  if (typeof step !== 'number' || typeof at !== 'number' || step <= at) return list;
  return [...list.slice(0, depth), step - 1, ...list.slice(depth + 1)];
}
