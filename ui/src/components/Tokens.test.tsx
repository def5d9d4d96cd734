// SPDX-License-Identifier: Apache-2.0
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startTexts } from '../i18n';
import { showWithApi } from './testing';
import { Tokens } from './Tokens';

// each opens dialogues, which takes its time where others build
vi.setConfig({ testTimeout: 20_000 });
beforeAll(() => startTexts());
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function shown() {
  return showWithApi(<Tokens base="me/api-tokens" writable />, [], ({ method }) => (method === 'POST' ? { fullToken: 'mr_secret' } : { results: [{ id: 't-1', name: 'ci', prefix: 'mr_t', exp: '2030-01-02T03:04:05Z' }, { id: 't-2', name: 'old', prefix: 'mr_o', exp: '2020-01-02T03:04:05Z', expired: true }] }));
}

test('a token is made for as long as is chosen, and shown once', async () => {
  const sent = shown();
  fireEvent.change(await screen.findByLabelText(/^Name of the token/), { target: { value: 'new' } });
  await userEvent.click(screen.getByRole('combobox', { name: 'Holds for' }));
  await userEvent.click(await screen.findByRole('option', { name: '30 days' }));
  await userEvent.click(screen.getByRole('button', { name: 'Make a token' }));

  await screen.findByText('mr_secret');
  expect(sent).toMatchObject([{ method: 'POST', body: { name: 'new', maxAge: 'P30D' } }]);
});

test('a token is revoked once that is confirmed; one that has expired says so', async () => {
  const sent = shown();
  await userEvent.click(await screen.findByRole('button', { name: 'Revoke ci' }));
  await screen.findByText(/refused from then on/);
  expect(sent).toEqual([]);
  screen.getByText('expired');

  await userEvent.click(screen.getByRole('button', { name: 'Revoke' }));

  await waitFor(() => expect(sent).toMatchObject([{ method: 'DELETE', path: 'me/api-tokens/t-1' }]));
});
