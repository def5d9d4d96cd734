// SPDX-License-Identifier: Apache-2.0
import { Fragment, type ReactNode } from 'react';

/** The part of Markdown that the documentation of plugins is written in: headings, lists, code, emphasis. No HTML. */
export function Markdown({ text }: { text: string }) {
  const blocks: ReactNode[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; ) {
    const line = lines[i] ?? '';
    if (line.startsWith('```')) {
      const code: string[] = [];
      for (i++; i < lines.length && !lines[i]?.startsWith('```'); i++) code.push(lines[i] ?? '');
      i++;
      blocks.push(<pre key={i} tabIndex={0}><code>{code.join('\n')}</code></pre>);
    } else if (/^#{1,4} /.test(line)) {
      const title = inline(line.replace(/^#+ /, ''));
      blocks.push(line.startsWith('### ') ? <h3 key={i}>{title}</h3> : <h2 key={i}>{title}</h2>);
      i++;
    } else if (/^\s*[-*] /.test(line)) {
      const items: ReactNode[] = [];
      for (; i < lines.length && /^\s*[-*] /.test(lines[i] ?? ''); i++) items.push(<li key={i}>{inline((lines[i] ?? '').replace(/^\s*[-*] /, ''))}</li>);
      blocks.push(<ul key={i}>{items}</ul>);
    } else if (line.trim() === '') {
      i++;
    } else {
      const paragraph: string[] = [];
      for (; i < lines.length && (lines[i] ?? '').trim() !== '' && !/^(```|#{1,4} |\s*[-*] )/.test(lines[i] ?? ''); i++) paragraph.push(lines[i] ?? '');
      blocks.push(<p key={i}>{inline(paragraph.join(' '))}</p>);
    }
  }
  return <div className="mr-md">{blocks}</div>;
}

function inline(text: string): ReactNode {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part, i) => {
    if (part.startsWith('`')) return <code key={i}>{part.slice(1, -1)}</code>;
    return part.startsWith('**') ? <strong key={i}>{part.slice(2, -2)}</strong> : <Fragment key={i}>{part}</Fragment>;
  });
}
