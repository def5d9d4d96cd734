// SPDX-License-Identifier: Apache-2.0
import { yaml } from '@codemirror/lang-yaml';
import { MergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { appearance } from './appearance';
import { phrases } from './phrases';

/** Two texts beside each other, what is equal folded away. */
export function SideBySide({ left, right, label }: { left: string; right: string; label: string }) {
  const host = useRef<HTMLDivElement>(null);
  const isDark = useComputedColorScheme('light') === 'dark';
  useEffect(() => {
    if (!host.current) return;
    const side = (name: string) => [
      lineNumbers(), yaml(), appearance(isDark), EditorView.lineWrapping, EditorState.phrases.of(phrases()), EditorState.readOnly.of(true), EditorView.editable.of(false),
      EditorView.contentAttributes.of({ 'aria-label': name, tabindex: '0' }),
    ];
    const view = new MergeView({
      parent: host.current,
      a: { doc: left, extensions: side(`${label} 1`) },
      b: { doc: right, extensions: side(`${label} 2`) },
      collapseUnchanged: { margin: 3, minSize: 6 },
    });
    return () => view.destroy();
  }, [left, right, label, isDark]);
  return <div ref={host} className="mr-editor" style={{ maxHeight: 'calc(100dvh - 290px)', height: 'auto', overflow: 'auto' }} />;
}
