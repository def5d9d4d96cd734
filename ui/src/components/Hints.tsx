// SPDX-License-Identifier: Apache-2.0
import { Portal } from '@mantine/core';
import { useState, type CSSProperties, type ReactNode } from 'react';

interface Hint {
  text: string;
  place: CSSProperties;
}

/** What has hints: what says so, and buttons that are but a picture. */
const HINTED = '[data-hint], .mantine-ActionIcon-root[aria-label]';
/** So near to an edge of the window, in px, a hint keeps to it. */
const NEAR = 180;

/**
 * One hint for hundreds of small things within: whatever the pointer or the focus is on shows its `data-hint`, or its
 * label. A tooltip for each of them would cost more than they do.
 */
export function Hints({ children }: { children: ReactNode }) {
  const [hint, setHint] = useState<Hint | null>(null);
  const show = (target: EventTarget) => {
    const of = target instanceof Element ? target.closest<HTMLElement>(HINTED) : null;
    const text = of?.dataset['hint'] ?? of?.ariaLabel;
    setHint(of && text ? { text, place: placeAt(of.getBoundingClientRect()) } : null);
  };
  const hide = () => setHint(null);
  return (
    <div
      style={{ display: 'contents' }} onMouseOver={(event) => show(event.target)} onMouseLeave={hide} onBlur={hide} onScrollCapture={hide} onClick={hide}
      onFocus={(event) => event.target.matches(':focus-visible') && show(event.target)} onKeyDown={(event) => event.key === 'Escape' && hide()}
    >
      {children}
      {hint && <Portal><div className="mr-hint" aria-hidden style={hint.place}>{hint.text}</div></Portal>}
    </div>
  );
}

/** Above, or below what is at the top; in the middle, or along the edge of the window that is near. */
function placeAt({ left, right, top, bottom, width }: DOMRect): CSSProperties {
  const { innerWidth, innerHeight } = window;
  const down = top < 50 ? { top: bottom + 6 } : { bottom: innerHeight - top + 6 };
  const middle = left + width / 2;
  if (middle > innerWidth - NEAR) return { ...down, right: innerWidth - right };
  return middle < NEAR ? { ...down, left } : { ...down, left: middle, transform: 'translateX(-50%)' };
}
