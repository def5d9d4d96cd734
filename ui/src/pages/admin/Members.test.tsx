// SPDX-License-Identifier: Apache-2.0
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { showWithApi } from '../../components/testing';
import { startTexts } from '../../i18n';
import { Bindings } from './Bindings';
import { Members } from './Members';

// each opens dialogues, which takes its time where others build
vi.setConfig({ testTimeout: 20_000 });
beforeAll(() => startTexts());
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const page = (...results: unknown[]) => ({ results, total: results.length });
const bob = { id: 'u-bob', username: 'bob', displayName: 'Bob', groups: [{ id: 'ops' }], auths: [{ name: 'https://issuer' }] };
const invitation = { id: 'i-1', email: 'eve@ours.test', roles: [{ id: 'editor', name: 'editor' }], status: 'PENDING', expiredAt: '2030-01-02T03:04:05Z', link: 'https://millrace.test/ui/' };

function shown(...permissions: string[]) {
  return showWithApi(<Members />, permissions, ({ method, path }) => {
    if (path === 'tenant-access') return page(bob);
    if (path === 'invitations/search') return page(invitation, { ...invitation, id: 'i-0', email: 'old@ours.test', status: 'ACCEPTED' });
    if (path === 'roles') return page({ id: 'viewer', name: 'viewer' });
    return method === 'POST' ? invitation : undefined;
  });
}

test('a member is removed once that is confirmed', async () => {
  const sent = shown('USER_READ', 'BINDING_READ', 'BINDING_UPDATE');
  await userEvent.click(await screen.findByRole('button', { name: 'Remove Bob' }));
  expect(sent).toEqual([]);

  await userEvent.click(await screen.findByRole('button', { name: 'Remove' }));

  await waitFor(() => expect(sent).toMatchObject([{ method: 'DELETE', path: 'tenant-access/u-bob' }]));
});

test('who is invited gets a role, and whoever invites the link to pass on', async () => {
  const sent = shown('USER_READ', 'BINDING_READ', 'BINDING_UPDATE');
  await userEvent.click(await screen.findByRole('button', { name: 'Invite somebody' }));
  fireEvent.change(await screen.findByLabelText(/^Address/), { target: { value: 'eve@ours.test' } });
  await userEvent.click(screen.getAllByRole('button', { name: 'Invite somebody' }).at(-1) as HTMLElement);

  await screen.findByText('https://millrace.test/ui/');
  expect(sent).toMatchObject([{ method: 'POST', path: 'invitations', body: { email: 'eve@ours.test', roles: [{ id: 'viewer', namespaces: [] }] } }]);
});

test('the role of an invitation holds where it was written to hold, however fast it is sent', async () => {
  const sent = shown('USER_READ', 'BINDING_READ', 'BINDING_UPDATE');
  await userEvent.click(await screen.findByRole('button', { name: 'Invite somebody' }));
  fireEvent.change(await screen.findByLabelText(/^Address/), { target: { value: 'eve@ours.test' } });
  fireEvent.change(screen.getByLabelText(/^Namespace/, { selector: 'input' }), { target: { value: 'company.team' } });
  fireEvent.submit(screen.getByLabelText(/^Address/).closest('form') as HTMLFormElement);

  await waitFor(() => expect(sent).toMatchObject([{ path: 'invitations', body: { roles: [{ id: 'viewer', namespaces: ['company.team'] }] } }]));
});

test('who has a permission in one namespace is not offered what takes it on the whole tenant', async () => {
  showWithApi(<Bindings namespace="company" />, ['BINDING_READ', 'BINDING_UPDATE'], () => page({ id: 'b-1', kind: 'USER', name: 'bob', namespace: 'company', role: { id: 'viewer', name: 'viewer' }, configured: false }), 'company');
  await screen.findByText('bob');

  expect(screen.queryByRole('button', { name: /role|Change|Take/ })).toBeNull();
});

test('an open invitation is withdrawn; one that was accepted isn’t there', async () => {
  const sent = shown('USER_READ', 'BINDING_READ', 'BINDING_UPDATE');
  await userEvent.click(await screen.findByRole('button', { name: 'Withdraw the invitation of eve@ours.test' }));

  await waitFor(() => expect(sent).toMatchObject([{ method: 'DELETE', path: 'invitations/i-1' }]));
  expect(screen.queryByText('old@ours.test')).toBeNull();
});

test('who may only read removes and invites nobody', async () => {
  shown('USER_READ');
  await screen.findByText('Bob');

  expect(screen.queryByRole('button', { name: /Remove|Invite|Withdraw/ })).toBeNull();
});

test('of a namespace, the bindings that hold in it are asked for, and one is taken away', async () => {
  const asked: Record<string, string>[] = [];
  const sent = showWithApi(<Bindings namespace="company.data" />, ['BINDING_READ', 'BINDING_UPDATE'], ({ method, path, query }) => {
    if (path === 'bindings' && method === 'GET') asked.push(query);
    return page({ id: 'b-1', kind: 'USER', name: 'bob', namespace: 'company', role: { id: 'viewer', name: 'viewer' }, configured: false });
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Take the role from bob' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Remove' }));

  await waitFor(() => expect(sent).toMatchObject([{ method: 'DELETE', path: 'bindings/b-1' }]));
  expect(asked[0]).toMatchObject({ namespace: 'company.data' });
});
