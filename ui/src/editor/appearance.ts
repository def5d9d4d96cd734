// SPDX-License-Identifier: Apache-2.0
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const light = HighlightStyle.define([
  { tag: tags.propertyName, color: '#0c6571', fontWeight: '500' },
  { tag: [tags.string, tags.content], color: '#24507a' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: '#8a3a00' },
  { tag: tags.comment, color: '#5c6b60', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: '#5f6972' },
  { tag: [tags.labelName, tags.typeName], color: '#6741d9' },
]);
const dark = HighlightStyle.define([
  { tag: tags.propertyName, color: '#73c8d4', fontWeight: '500' },
  { tag: [tags.string, tags.content], color: '#b9d9f7' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: '#ffc078' },
  { tag: tags.comment, color: '#8fa197', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: '#98a4aa' },
  { tag: [tags.labelName, tags.typeName], color: '#c5b3ff' },
]);

/** How sources look, wherever they are shown. */
export function appearance(isDark: boolean): Extension {
  return [
    EditorView.theme(
      {
        '&': { backgroundColor: 'var(--mr-surface)', color: 'var(--mantine-color-text)' },
        '&.cm-focused': { outline: 'none' },
        '.cm-content': { caretColor: 'var(--mantine-color-text)', padding: '8px 0' },
        '.cm-gutters': { backgroundColor: 'var(--mr-surface-2)', color: 'var(--mantine-color-dimmed)', border: 'none' },
        '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: isDark ? '#ffffff0d' : '#0f78860d' },
        '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': { backgroundColor: `${isDark ? '#2b5a66' : '#cfe8ee'} !important` },
        '.cm-tooltip': { backgroundColor: 'var(--mr-surface)', border: '1px solid var(--mr-line)', borderRadius: '8px', color: 'var(--mantine-color-text)', boxShadow: '0 6px 20px rgb(0 0 0 / 18%)' },
        '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--mantine-color-water-filled)', color: '#fff' },
        '.cm-panels': { backgroundColor: 'var(--mr-surface-2)', color: 'var(--mantine-color-text)' },
      },
      { dark: isDark },
    ),
    syntaxHighlighting(isDark ? dark : light),
  ];
}
