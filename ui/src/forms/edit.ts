// SPDX-License-Identifier: Apache-2.0
import { useDebouncedCallback } from '@mantine/hooks';
import { createContext, useContext, useEffect, useRef, useState } from 'react';
import type { FlowSource } from '../editor/flowDocument';
import type { Path, SchemaBook } from '../editor/schema';

/** What all fields of a form share. */
export interface Editing {
  book: SchemaBook;
  readOnly: boolean;
  /** Changes the source as it is now, whatever has come in since the field was drawn. */
  edit: (change: (source: FlowSource) => FlowSource) => void;
  /** What is wrong, by path as the server writes it. */
  problems: ReadonlyMap<string, string>;
  select: (path: Path) => void;
}

export const EditingContext = createContext<Editing | null>(null);

export function useEditing(): Editing {
  const editing = useContext(EditingContext);
  if (!editing) throw new Error('Expected to be inside of a form');
  return editing;
}

/** A path as validation names it: `tasks[0].message`. */
export function nameOf(path: Path): string {
  return path.reduce<string>((name, step) => (typeof step === 'number' ? `${name}[${step}]` : name ? `${name}.${step}` : step), '');
}

/**
 * What is being typed: goes to the source when typing pauses or the field is left, and follows the source while nobody
 * types.
 */
export function useDraft(value: string, commit: (value: string) => void) {
  const [draft, setDraft] = useState(value);
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    setDraft(value);
  }
  const latest = useRef(commit);
  useEffect(() => {
    latest.current = commit;
  });
  const later = useDebouncedCallback((text: string) => latest.current(text), { delay: 250, flushOnUnmount: true });
  return {
    value: draft,
    change: (text: string) => {
      setDraft(text);
      later(text);
    },
    leave: () => later.flush(),
  };
}

/** Numbers and truth values are written as such, the rest as text. */
export function scalarOf(text: string, wanted: 'text' | 'number'): unknown {
  if (text === '') return undefined;
  return wanted === 'number' && /^[-+]?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
