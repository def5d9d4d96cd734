// SPDX-License-Identifier: Apache-2.0
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { showWithApi, type Asked } from '../../components/testing';
import { startTexts } from '../../i18n';
import { SubscriptionsView } from './SubscriptionsView';

// each opens dialogues, which takes its time where others build
vi.setConfig({ testTimeout: 20_000 });
beforeAll(() => startTexts());
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const base = 'namespaces/company/subscriptions';
const url = 'https://portal.test/events';
const portal = { id: 'portal', url, states: ['FAILED'], description: 'The portal', disabled: false, pending: 0, dead: 1 };
const dead = { id: 'd1', executionId: 'e1', state: 'DEAD', event: '{"type":"io.millrace.execution.failed"}', attempts: 3, status: 500, problem: 'Expected 2xx but got 500', createdAt: '2026-01-02T03:04:05Z' };

function shown(...permissions: string[]): Asked[] {
  return showWithApi(<SubscriptionsView namespace="company" />, permissions, ({ method, path }) => {
    if (method === 'POST' && path.endsWith('/redeliver')) return { count: 1 };
    if (path.endsWith('/deliveries')) return { results: [dead] };
    if (path === base) return method === 'GET' ? [portal] : portal;
    return portal;
  });
}

test('an address is subscribed with what was filled in, and no more', async () => {
  const sent = shown('FLOW_READ', 'FLOW_UPDATE');
  await userEvent.click(await screen.findByRole('button', { name: 'Subscribe an address' }));
  fireEvent.change(await screen.findByLabelText(/^Address/), { target: { value: 'https://other.test/in' } });
  fireEvent.change(screen.getByLabelText(/^Signed with/), { target: { value: 'SIGNING' } });

  await userEvent.click(screen.getByRole('button', { name: 'Save' }));

  await waitFor(() => expect(sent).toMatchObject([{ method: 'POST', path: base, body: { url: 'https://other.test/in', secret: 'SIGNING', description: '', disabled: false } }]));
  expect(sent[0]?.body).not.toHaveProperty('states');
});

test('a change says which version was seen', async () => {
  const sent = shown('FLOW_READ', 'FLOW_UPDATE');
  await userEvent.click(await screen.findByRole('button', { name: `Change the subscription of ${url}` }));
  fireEvent.change(await screen.findByLabelText(/^Description/), { target: { value: 'Our portal' } });

  await userEvent.click(screen.getByRole('button', { name: 'Save' }));

  await waitFor(() => expect(sent).toMatchObject([{ method: 'PUT', path: `${base}/portal`, ifMatch: '"7"', body: { url, states: ['FAILED'], description: 'Our portal' } }]));
});

test('dead letters are shown first, and are sent again one by one or together', async () => {
  const sent = shown('FLOW_READ', 'FLOW_UPDATE');
  await userEvent.click(await screen.findByRole('button', { name: `0 pending, 1 dead: what ${url} was told` }));
  await screen.findByText('Expected 2xx but got 500');

  await userEvent.click(screen.getByRole('button', { name: 'Send it again' }));
  await userEvent.click(screen.getByRole('button', { name: 'Send dead ones again' }));

  await waitFor(() => expect(sent.map(({ path }) => path)).toEqual([`${base}/portal/deliveries/d1/redeliver`, `${base}/portal/deliveries/redeliver`]));
});

test('a test is sent, and one is switched off and deleted', async () => {
  const sent = shown('FLOW_READ', 'FLOW_UPDATE');
  await userEvent.click(await screen.findByRole('switch', { name: `${url} is told` }));
  await userEvent.click(screen.getByRole('button', { name: `Delete the subscription of ${url}` }));
  await userEvent.click(await screen.findByRole('button', { name: 'Delete' }));
  await waitFor(() => expect(sent.length).toBe(2));
  await userEvent.click(screen.getByRole('button', { name: `Send a test to ${url}` }));

  await waitFor(() => expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([`PUT ${base}/portal`, `DELETE ${base}/portal`, `POST ${base}/portal/test`]));
  expect(sent[0]).toMatchObject({ ifMatch: '"7"', body: { url, states: ['FAILED'], disabled: true } });
});

test('a test is seen though others were given up: all that was told shows', async () => {
  const states: (string | undefined)[] = [];
  showWithApi(<SubscriptionsView namespace="company" />, ['FLOW_READ', 'FLOW_UPDATE'], ({ path, query }) => {
    if (path.endsWith('/deliveries')) {
      states.push(query['state']);
      return { results: [dead] };
    }
    return path === base ? [portal] : portal;
  });
  await userEvent.click(await screen.findByRole('button', { name: `Send a test to ${url}` }));

  await screen.findByText('Expected 2xx but got 500');
  expect(new Set(states)).toEqual(new Set([undefined]));
});

test('who may only read sees what was told, and changes nothing', async () => {
  shown('FLOW_READ');
  await userEvent.click(await screen.findByRole('button', { name: `0 pending, 1 dead: what ${url} was told` }));
  await screen.findByText('Expected 2xx but got 500');

  expect(screen.queryByRole('button', { name: /again|^Subscribe|^Change|^Delete|^Send/ })).toBeNull();
  expect(screen.queryByRole('switch')).toBeNull();
});
