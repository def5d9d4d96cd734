// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test, vi } from 'vitest';
import { TenantApi, type Progress } from './client';

afterEach(() => vi.unstubAllGlobals());

const api = new TenantApi('main');

/** Long work that is answered so. */
async function long(body: string, type = 'text/event-stream;charset=UTF-8') {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { headers: { 'Content-Type': type } })));
  const seen: Progress[] = [];
  const answer = await api.long<{ count: number }>('POST', 'executions/kill/by-query', {}, (progress) => seen.push(progress)).catch((e: unknown) => e);
  return { answer, seen };
}

test('long work tells how far it is, and at last what came of it', async () => {
  const { answer, seen } = await long('event:progress\ndata:{"done":200,"of":300}\n\nevent:end\ndata:{"count":300}\n\n');

  expect(seen).toEqual([{ done: 200, of: 300 }]);
  expect(answer).toEqual({ count: 300 });
});

test('what goes wrong in the middle is a problem, and so is an answer that breaks off', async () => {
  expect((await long('event:progress\ndata:{"done":1,"of":3}\n\nevent:error\ndata:{"status":503,"type":"/problems/unavailable"}\n\n')).answer).toMatchObject({ kind: 'unavailable' });
  expect((await long('event:progress\ndata:{"done":1,"of":3}\n\n')).answer).toMatchObject({ kind: 'bad-gateway' });
});

test('what is answered at once is taken as it is', async () => {
  expect((await long('{"count":2}', 'application/json')).answer).toEqual({ count: 2 });
});
