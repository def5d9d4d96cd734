// SPDX-License-Identifier: Apache-2.0
import { Portal } from '@mantine/core';
import { useState, type ReactNode } from 'react';

interface Hint {
  text: string;
  left: number;
  top: number;
}

/**
 * One hint for hundreds of small things within: whatever the pointer or the focus is on shows its `data-hint`. A tooltip
 * for each of them would cost more than they do.
 */
export function Hints({ children }: { children: ReactNode }) {
  const [hint, setHint] = useState<Hint | null>(null);
  const show = (target: EventTarget) => {
    const of = target instanceof Element ? target.closest<HTMLElement>('[data-hint]') : null;
    const text = of?.dataset['hint'];
    if (!of || !text) {
      setHint(null);
      return;
    }
    const { left, width, top } = of.getBoundingClientRect();
    setHint({ text, left: left + width / 2, top });
  };
  const hide = () => setHint(null);
  return (
    <div onMouseOver={(event) => show(event.target)} onMouseLeave={hide} onFocus={(event) => show(event.target)} onBlur={hide} onScrollCapture={hide} onKeyDown={(event) => event.key === 'Escape' && hide()}>
      {children}
      {hint && <Portal><div className="mr-hint" aria-hidden style={{ left: hint.left, top: hint.top }}>{hint.text}</div></Portal>}
    </div>
  );
}
