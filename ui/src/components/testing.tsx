// SPDX-License-Identifier: Apache-2.0
// What tests of components stand on: a tenant whose API answers as the test says.
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { MemoryRouter } from 'react-router';
import { vi } from 'vitest';
import type { Session } from '../api/session';
import { TenantProvider } from '../app/context';
import { ConfirmProvider } from './confirm';

/** What was asked of the API: paths begin after the tenant. */
export interface Asked {
  method: string;
  path: string;
  query: Record<string, string>;
  body: unknown;
  ifMatch: string | null;
}

/** An answer that refuses what was asked. */
export function refusal(status: number, kind: string): Response {
  return new Response(JSON.stringify({ type: `/problems/${kind}`, detail: kind }), { status });
}

/**
 * Shows a view to somebody with these permissions in the whole tenant, or in one namespace.
 *
 * @param answer to what is asked; absent: `{}`
 * @returns all that was asked but by reading
 */
export function showWithApi(view: ReactNode, permissions: string[], answer: (asked: Asked) => unknown, namespace = ''): Asked[] {
  const changes: Asked[] = [];
  vi.stubGlobal('fetch', (url: string, init?: RequestInit) => {
    const at = new URL(url, 'http://localhost');
    const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as unknown) : init?.body;
    const asked: Asked = { method: init?.method ?? 'GET', path: decodeURIComponent(at.pathname.replace('/api/v1/main/', '')), query: Object.fromEntries(at.searchParams), body, ifMatch: new Headers(init?.headers).get('If-Match') };
    if (asked.method !== 'GET') changes.push(asked);
    const answered = answer(asked) ?? {};
    if (answered instanceof Response) return Promise.resolve(answered);
    return Promise.resolve(new Response(typeof answered === 'string' ? answered : JSON.stringify(answered), { headers: { ETag: '"7"' } }));
  });
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <TenantProvider session={{} as Session} me={{ tenant: 'main', subject: 'ann', grants: [{ role: 'own', namespace, permissions }], groups: [] }}>
          <MemoryRouter><ConfirmProvider>{view}</ConfirmProvider></MemoryRouter>
        </TenantProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return changes;
}
