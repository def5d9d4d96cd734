// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';
import type { LogLine } from '../../api/types';
import { useTenant } from '../../app/context';
import { follow } from '../../app/hooks';

/** How often what has come in is shown: a stream of thousands of lines a second must not draw as often. */
const SHOW_EVERY = 120;
/** How many lines are held: of a log that outgrows it, the newest. The others are read as pages once it has ended. */
const MOST = 20_000;

/**
 * Lines come as they are stored, which may be after younger ones. Dates have as many digits as they need: compared as
 * text, `…:07.5` is after `…:07` only without their `Z`.
 */
export function inOrderOfTime<T extends Pick<LogLine, 'timestamp'>>(lines: readonly T[], fresh: readonly T[]): T[] {
  const all = lines.concat(fresh);
  const at = (line: T) => line.timestamp.slice(0, -1);
  const late = fresh.some((line, i) => {
    const before = all[lines.length + i - 1];
    return before !== undefined && at(line) < at(before);
  });
  return late ? all.sort((a, b) => (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0)) : all;
}

/**
 * The log of an execution, from its first line, and as it grows. A stream that breaks off goes on after the last line
 * that came.
 */
export function useLogs(executionId: string, filter: { taskRunId?: string } = {}) {
  const { api } = useTenant();
  const { taskRunId } = filter;
  const [state, setState] = useState<{ lines: LogLine[]; live: boolean; dropped: number }>({ lines: [], live: true, dropped: 0 });
  useEffect(() => {
    let lines: LogLine[] = [];
    let fresh: LogLine[] = [];
    let live = true;
    let dropped = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      lines = fresh.length > 0 ? inOrderOfTime(lines, fresh) : lines;
      fresh = [];
      if (lines.length > MOST) {
        dropped += lines.length - MOST;
        lines = lines.slice(-MOST);
      }
      setState({ lines, live, dropped });
    };
    const soon = () => (timer ??= setTimeout(show, SHOW_EVERY));
    setState({ lines, live, dropped });
    const leave = follow(
      api.url(`logs/${executionId}/follow`, { minLevel: 'TRACE', taskRunId }),
      (event) => {
        if (event.lastEventId === 'end') live = false;
        else if (event.lastEventId !== 'start' && event.data) fresh.push(JSON.parse(event.data) as LogLine);
        soon();
      },
      () => {
        // it will be told from its beginning
        lines = [];
        fresh = [];
        dropped = 0;
      },
    );
    return () => {
      leave();
      clearTimeout(timer);
    };
  }, [api, executionId, taskRunId]);
  return state;
}
