// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { follow } from './hooks';

/** A stream as a browser has it, which the test breaks off. */
class Source {
  static readonly CLOSED = 2;
  static opened: Source[] = [];
  readyState = 1;
  onmessage: ((event: { lastEventId: string; data: string }) => void) | undefined;
  onerror: (() => void) | undefined;

  constructor() {
    Source.opened.push(this);
  }

  close(): void {
    this.readyState = Source.CLOSED;
  }

  refuse(): void {
    this.readyState = Source.CLOSED;
    this.onerror?.();
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  Source.opened = [];
  vi.stubGlobal('EventSource', Source);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a stream that is refused is opened anew, and not for ever at once', () => {
  const refused = vi.fn();
  follow('/stream', () => undefined, refused);
  for (let times = 0; times < 3; times++) {
    Source.opened.at(-1)?.refuse();
    vi.advanceTimersToNextTimer();
  }

  expect(Source.opened.length).toBe(4);
  expect(refused).toHaveBeenCalledTimes(3);
  Source.opened.at(-1)?.refuse();
  vi.advanceTimersByTime(2_000);
  expect(Source.opened.length).toBe(4);
});

test('what only broke off is left to the browser', () => {
  follow('/stream', () => undefined);
  Source.opened[0]?.onerror?.();
  vi.advanceTimersByTime(100_000);

  expect(Source.opened.length).toBe(1);
});

test('a stream that has ended or was left isn’t opened again', () => {
  const taken: string[] = [];
  follow('/ends', ({ data }) => taken.push(data));
  Source.opened[0]?.onmessage?.({ lastEventId: 'end', data: 'last' });
  const leave = follow('/left', () => undefined);
  Source.opened[1]?.refuse();
  leave();
  vi.advanceTimersByTime(100_000);

  expect(taken).toEqual(['last']);
  expect(Source.opened.map(({ readyState }) => readyState)).toEqual([Source.CLOSED, Source.CLOSED]);
});
