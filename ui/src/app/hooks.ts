// SPDX-License-Identifier: Apache-2.0
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { notifyDone, notifyProblem } from '../components/basics';

/**
 * A change: says when it is done, shows what hinders it, and has everything read again that it could have changed.
 *
 * @param touches first parts of the keys of queries, after the tenant
 */
export function useChange<Input, Output>(
  work: (input: Input) => Promise<Output>,
  options: { done?: string | ((output: Output) => string); touches?: readonly string[]; then?: (output: Output, input: Input) => void } = {},
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSuccess: async (output, input) => {
      const { done, touches, then } = options;
      if (done) notifyDone(typeof done === 'string' ? done : done(output));
      then?.(output, input);
      await queries.invalidateQueries({ predicate: (query) => !touches || touches.includes(String(query.queryKey[1])) });
    },
    onError: notifyProblem,
  });
}

/** Events of a stream until `end` or until the view is left. A lost connection is taken up again by the browser. */
export function useEvents(url: string | null, events: Record<string, (event: MessageEvent<string>) => void>, onLost?: () => void): void {
  const handlers = useRef(events);
  const lost = useRef(onLost);
  useEffect(() => {
    handlers.current = events;
    lost.current = onLost;
  });
  useEffect(() => {
    if (!url) return;
    const source = new EventSource(url, { withCredentials: true });
    source.onmessage = (event: MessageEvent<string>) => {
      if (event.lastEventId === 'end') {
        source.close();
      }
      (handlers.current[event.lastEventId] ?? handlers.current['*'])?.(event);
    };
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) lost.current?.();
    };
    return () => source.close();
  }, [url]);
}

/** Keys that act anywhere but in text and in dialogues. */
export function useKey(key: string, action: () => void): void {
  const latest = useRef(action);
  useEffect(() => {
    latest.current = action;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey || target.closest('input, textarea, select, [contenteditable=true], .cm-editor, [role=dialog]')) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [key]);
}
