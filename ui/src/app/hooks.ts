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
  options: { done?: string | ((output: Output) => string | undefined); touches?: readonly string[]; then?: (output: Output, input: Input) => void } = {},
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSuccess: async (output, input) => {
      const { done, touches, then } = options;
      const said = typeof done === 'function' ? done(output) : done;
      if (said) notifyDone(said);
      then?.(output, input);
      await queries.invalidateQueries({ predicate: (query) => !touches || touches.includes(String(query.queryKey[1])) });
    },
    onError: notifyProblem,
  });
}

/** Pauses before a stream that was refused is asked for again, the first and the longest, in milliseconds. */
const [AGAIN, AT_LAST] = [2_000, 60_000];

/**
 * Events of a stream until `end`. A connection that breaks off is taken up again by the browser; a stream that is refused,
 * as by a gateway that finds no service for a moment, is opened anew and then tells all from its beginning.
 *
 * @returns ends it
 */
export function follow(url: string, take: (event: MessageEvent<string>) => void, onRefused?: () => void): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = AGAIN;
  const open = () => {
    source = new EventSource(url, { withCredentials: true });
    source.onmessage = (event: MessageEvent<string>) => {
      pause = AGAIN;
      if (event.lastEventId === 'end') source.close();
      take(event);
    };
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) return;
      onRefused?.();
      timer = setTimeout(open, pause);
      pause = Math.min(2 * pause, AT_LAST);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

/** Follows a stream until its end or until the view is left. */
export function useEvents(url: string | null, take: (event: MessageEvent<string>) => void, onRefused?: () => void): void {
  const latest = useRef({ take, onRefused });
  useEffect(() => {
    latest.current = { take, onRefused };
  });
  useEffect(() => (url ? follow(url, (event) => latest.current.take(event), () => latest.current.onRefused?.()) : undefined), [url]);
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
