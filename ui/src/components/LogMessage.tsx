// SPDX-License-Identifier: Apache-2.0
import { Fragment, memo, useMemo, type CSSProperties } from 'react';
import { partsOf, withLinks, type Part } from './ansi';

/** What a line of a log says: with the colours it was written in, and addresses to follow. */
export const LogMessage = memo(function LogMessage({ text }: { text: string }) {
  const parts = useMemo(() => partsOf(text), [text]);
  return (
    <span dir="auto" className="mr-message">
      {parts.map((part, i) => {
        const looks = looksOf(part);
        return looks ? <span key={i} style={looks}><Linked text={part.text} /></span> : <Linked key={i} text={part.text} />;
      })}
    </span>
  );
});

function Linked({ text }: { text: string }) {
  const pieces = withLinks(text);
  if (pieces.length === 1) return text;
  return pieces.map((piece, i) => (i % 2 === 1 ? <a key={i} href={piece} target="_blank" rel="noopener noreferrer nofollow">{piece}</a> : <Fragment key={i}>{piece}</Fragment>));
}

function looksOf({ colour, back, bold, dim, italic, underline }: Part): CSSProperties | null {
  if (colour === undefined && back === undefined && !bold && !dim && !italic && !underline) return null;
  return {
    ...(colour !== undefined && { color: css(colour) }),
    // a shade of it, on which ours can be read in light and in dark
    ...(back !== undefined && { background: `color-mix(in srgb, ${css(back)} 24%, transparent)` }),
    ...(bold && { fontWeight: 700 }),
    ...(dim && { opacity: 0.75 }),
    ...(italic && { fontStyle: 'italic' }),
    ...(underline && { textDecoration: 'underline' }),
  };
}

function css(colour: number | string): string {
  return typeof colour === 'number' ? `var(--mr-ansi-${colour})` : colour;
}
