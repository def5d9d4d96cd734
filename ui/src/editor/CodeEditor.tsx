// SPDX-License-Identifier: Apache-2.0
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput } from '@codemirror/language';
import { linter, lintGutter, lintKeymap, type Diagnostic } from '@codemirror/lint';
import { unifiedMergeView } from '@codemirror/merge';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState } from '@codemirror/state';
import {
  drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, hoverTooltip, keymap, lineNumbers,
} from '@codemirror/view';
import { useComputedColorScheme } from '@mantine/core';
import i18next from 'i18next';
import { useEffect, useRef } from 'react';
import { appearance } from './appearance';
import { completeFrom, tooltipAt } from './assist';
import { phrases } from './phrases';
import type { SchemaBook } from './schema';

export interface Marker {
  line: number;
  column?: number;
  message: string;
  severity: 'error' | 'warning' | 'info';
}

interface Props {
  value: string;
  onChange?: (value: string) => void;
  language?: 'yaml' | 'json' | 'text';
  readOnly?: boolean;
  label: string;
  schema?: SchemaBook | undefined;
  /** Says what is wrong, some time after the last change. */
  check?: (text: string) => Promise<Marker[]>;
  onSave?: () => void;
  /** Says where the cursor is. */
  onCursor?: (offset: number) => void;
  /** A part to be shown and marked. */
  reveal?: { from: number; to: number; turn: number } | undefined;
  /** Another text: what is different is marked, and each difference is kept or taken back at its place. */
  original?: string;
}

/** CodeMirror as a component. The text is its own; it is replaced only by a `value` that it didn't give itself. */
export function CodeEditor(props: Props) {
  const { value, language = 'yaml', readOnly = false, label, schema, check, reveal, original } = props;
  const isDark = useComputedColorScheme('light') === 'dark';
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const parts = useRef({ look: new Compartment(), assist: new Compartment(), lint: new Compartment(), diff: new Compartment() });
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (!host.current) return;
    const { look, assist, lint, diff } = parts.current;
    const created = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          lineNumbers(), highlightActiveLineGutter(), history(), foldGutter(), codeFolding(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
          highlightActiveLine(), highlightSelectionMatches(), EditorView.lineWrapping,
          language === 'yaml' ? yaml() : language === 'json' ? json() : [],
          keymap.of([
            { key: 'Mod-s', preventDefault: true, run: () => { latest.current.onSave?.(); return true; } },
            ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...completionKeymap, ...lintKeymap,
            // Escape, then Tab, leaves the editor by keyboard
            indentWithTab,
          ]),
          EditorState.tabSize.of(2),
          EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorState.phrases.of(phrases()),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
            if (update.docChanged || update.selectionSet) latest.current.onCursor?.(update.state.selection.main.head);
          }),
          look.of([]), assist.of([]), lint.of([]), diff.of([]),
        ],
      }),
    });
    view.current = created;
    return () => {
      view.current = null;
      created.destroy();
    };
  }, [language, readOnly, label]);

  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== value) {
      editor.dispatch({ changes: changeBetween(editor.state.doc.toString(), value) });
    }
  }, [value]);

  useEffect(() => {
    view.current?.dispatch({ effects: parts.current.look.reconfigure(appearance(isDark)) });
  }, [isDark, language, readOnly, label]);

  useEffect(() => {
    view.current?.dispatch({
      effects: parts.current.assist.reconfigure(
        schema
          ? [
              autocompletion({ override: [completeFrom(schema)], activateOnTyping: true, icons: true }),
              hoverTooltip(async (editor, at) => {
                const found = await tooltipAt(schema, editor.state.doc.toString(), at, i18next.language);
                return found ? { pos: found.from, end: found.to, create: () => ({ dom: found.content }) } : null;
              }),
            ]
          : autocompletion(),
      ),
    });
  }, [schema, language, readOnly, label]);

  useEffect(() => {
    view.current?.dispatch({
      effects: parts.current.lint.reconfigure(
        check
          ? [lintGutter(), linter(async (editor) => (await check(editor.state.doc.toString())).map((marker) => diagnostic(editor, marker)), { delay: 450 })]
          : [],
      ),
    });
  }, [check, language, readOnly, label]);

  useEffect(() => {
    view.current?.dispatch({
      effects: parts.current.diff.reconfigure(
        original === undefined ? [] : unifiedMergeView({ original, mergeControls, collapseUnchanged: { margin: 3, minSize: 6 } }),
      ),
    });
  }, [original, language, readOnly, label]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || !reveal) return;
    const from = Math.min(reveal.from, editor.state.doc.length);
    editor.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
  }, [reveal]);

  return <div className="mr-editor" ref={host} />;
}

/** What decides on one difference, for the mouse and for keys. */
function mergeControls(kind: 'accept' | 'reject', decide: (event: MouseEvent) => void): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'mr-merge';
  button.textContent = i18next.t(kind === 'accept' ? 'editor.keepPart' : 'editor.takePart');
  button.dataset['merge'] = kind;
  button.onclick = decide;
  return button;
}

function diagnostic(editor: EditorView, marker: Marker): Diagnostic {
  const line = editor.state.doc.line(Math.min(Math.max(1, marker.line), editor.state.doc.lines));
  const from = Math.min(line.from + Math.max(0, (marker.column ?? 1) - 1), line.to);
  return { from, to: Math.max(line.to, from), severity: marker.severity, message: marker.message };
}

/** The smallest single change, so that cursor, folds and undo survive what forms do. */
export function changeBetween(before: string, after: string): { from: number; to: number; insert: string } {
  let start = 0;
  const most = Math.min(before.length, after.length);
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}
