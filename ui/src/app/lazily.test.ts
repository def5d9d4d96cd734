// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test, vi } from 'vitest';
import { sayReachable } from '../api/reachable';
import { loaded } from './lazily';

afterEach(() => {
  vi.unstubAllGlobals();
  sessionStorage.clear();
  sayReachable(true);
});

const answering = (status: number) => vi.stubGlobal('fetch', () => Promise.resolve(new Response('{}', { status })));

test('a part of the UI waits for the network that is gone', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  let tries = 0;
  const part = loaded(() => (++tries === 1 ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve('part')));
  await vi.waitFor(() => expect(tries).toBe(1));

  answering(401);
  await new Promise((resolve) => setTimeout(resolve, 0));
  sayReachable(true);

  expect(await part).toBe('part');
});

test('of a newer version the page is loaded anew, once', async () => {
  answering(200);
  const reload = vi.fn();
  const gone = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'));

  void loaded(gone, reload);
  await vi.waitFor(() => expect(reload).toHaveBeenCalledOnce());

  await expect(loaded(gone, reload)).rejects.toThrow('dynamically imported');
  expect(reload).toHaveBeenCalledOnce();
});
