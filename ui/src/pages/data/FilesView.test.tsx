// SPDX-License-Identifier: Apache-2.0
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { refusal, showWithApi, type Asked } from '../../components/testing';
import { startTexts } from '../../i18n';
import { FilesView } from './FilesView';

// each opens dialogues, which takes its time where others build
vi.setConfig({ testTimeout: 20_000 });
beforeAll(() => startTexts());
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const base = 'namespaces/company/files';

/** A namespace with the file `/a.txt`. */
function shown(...permissions: string[]): Asked[] {
  return showWithApi(<FilesView namespace="company" />, permissions, ({ method, path, query }) => {
    if (path.endsWith('/directory') && method === 'GET') return [{ type: 'File', size: 3, fileName: 'a.txt' }];
    if (path.endsWith('/stats')) return query['path'] === '/a.txt' ? { type: 'File' } : refusal(404, 'not-found');
    return method === 'GET' && path === base ? 'old' : undefined;
  });
}

async function name(button: string, value: string) {
  await userEvent.click(await screen.findByRole('button', { name: button }));
  fireEvent.change(await screen.findByLabelText(/^(Name|Path)/), { target: { value } });
  await userEvent.click(screen.getByRole('button', { name: /^(Add|Save)$/ }));
}

test('a new file never empties one that is there', async () => {
  const sent = shown('FILE_READ', 'FILE_UPDATE');
  await name('New file', 'a.txt');
  await waitFor(() => expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Add' }).disabled).toBe(false));
  expect(sent).toEqual([]);

  fireEvent.change(screen.getByLabelText(/^Name/), { target: { value: '/b.txt ' } });
  await userEvent.click(screen.getByRole('button', { name: 'Add' }));

  await waitFor(() => expect(sent).toMatchObject([{ method: 'POST', path: base, query: { path: '/b.txt' } }]));
});

test('what is uploaded over a file is asked about first', async () => {
  const sent = shown('FILE_READ', 'FILE_UPDATE');
  await screen.findByText('a.txt');
  const upload = document.querySelector<HTMLInputElement>('[data-upload]') as HTMLInputElement;
  fireEvent.change(upload, { target: { files: [new File(['new'], 'a.txt'), new File(['c'], 'c.txt')] } });
  await screen.findByText(/Already there: \/a\.txt/);
  expect(sent).toEqual([]);

  await userEvent.click(screen.getByRole('button', { name: 'Replace' }));

  await waitFor(() => expect(sent.map(({ query }) => query['path'])).toEqual(['/a.txt', '/c.txt']));
});

test('a file is moved, and a folder made', async () => {
  const sent = shown('FILE_READ', 'FILE_UPDATE');
  await name('Rename or move a.txt', '/kept/a.txt');
  await waitFor(() => expect(sent).toMatchObject([{ method: 'PUT', path: base, query: { from: '/a.txt', to: '/kept/a.txt' } }]));

  await userEvent.click(screen.getByRole('button', { name: 'More actions' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'New folder' }));
  fireEvent.change(await screen.findByLabelText(/^Name/), { target: { value: 'kept' } });
  await userEvent.click(screen.getByRole('button', { name: 'Add' }));

  await waitFor(() => expect(sent[1]).toMatchObject({ method: 'POST', path: `${base}/directory`, query: { path: '/kept' } }));
});

test('who may only read is offered no change', async () => {
  shown('FILE_READ');
  await screen.findByText('a.txt');

  expect(screen.queryByRole('button', { name: /New|Upload|Rename|Delete/ })).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'More actions' }));
  expect((await screen.findAllByRole('menuitem')).map((item) => item.textContent)).toEqual(['Download all as an archive']);
});
