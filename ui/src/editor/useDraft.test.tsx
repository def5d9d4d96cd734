// SPDX-License-Identifier: Apache-2.0
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { useTenant } from '../app/context';
import { refusal, showWithApi } from '../components/testing';
import { startTexts } from '../i18n';
import { useDraft, type Stored } from './useDraft';

// each opens dialogues, which takes its time where others build
vi.setConfig({ testTimeout: 20_000 });
beforeAll(() => startTexts());
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** A text whose answer to being stored may say its version, as most do, or not. */
function Page({ stored }: { stored: Stored }) {
  const { api } = useTenant();
  const { text, setText, dirty, save, merge } = useDraft<object>({
    stored, touches: [],
    read: async () => {
      const { value, etag } = await api.getVersioned<{ text: string }>('text');
      return { text: value.text, etag };
    },
    write: (source, headers) => api.versioned('PUT', 'text', { json: { text: source }, headers }),
  });
  return <><input aria-label="Text" value={text} onChange={(e) => setText(e.currentTarget.value)} /><button onClick={() => void save()}>{dirty ? 'Store' : 'Stored'}</button>{merge}</>;
}

/** A server that holds one text and counts its versions. */
function server(tells = true) {
  const held = { text: 'before', version: 1 };
  const asked = showWithApi(<Page stored={{ text: held.text, etag: '"1"' }} />, [], ({ method, ifMatch, body }) => {
    if (method === 'PUT') {
      if (ifMatch !== `"${held.version}"`) return refusal(412, 'outdated');
      held.text = (body as { text: string }).text;
      held.version++;
      return new Response('{}', tells ? { headers: { ETag: `"${held.version}"` } } : {});
    }
    return new Response(JSON.stringify({ text: held.text }), { headers: { ETag: `"${held.version}"` } });
  });
  return { held, asked };
}

const write = (text: string) => fireEvent.change(screen.getByLabelText('Text'), { target: { value: text } });

test.each([true, false])('one text after another is stored over what was stored last, whether the answer says its version or not (%s)', async (tells) => {
  const { held, asked } = server(tells);
  for (const text of ['first', 'second']) {
    write(text);
    await userEvent.click(screen.getByRole('button', { name: 'Store' }));
    await screen.findByRole('button', { name: 'Stored' });
  }

  expect(held).toEqual({ text: 'second', version: 3 });
  expect(asked.map(({ ifMatch }) => ifMatch)).toEqual(['"1"', '"2"']);
});

test('whoever was slower sees both, and what he decides is stored over what he saw', async () => {
  const { held } = server();
  write('mine');
  Object.assign(held, { text: 'theirs', version: 2 });
  await userEvent.click(screen.getByRole('button', { name: 'Store' }));
  await screen.findByText('Somebody has saved another version meanwhile');
  expect(held.text).toBe('theirs');

  await userEvent.click(screen.getByRole('button', { name: 'Go on with this text' }));
  await userEvent.click(screen.getByRole('button', { name: 'Store' }));

  await waitFor(() => expect(held).toEqual({ text: 'mine', version: 3 }));
});

test('who takes the others’ text has nothing to store', async () => {
  const { held } = server();
  write('mine');
  Object.assign(held, { text: 'theirs', version: 2 });
  await userEvent.click(screen.getByRole('button', { name: 'Store' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Drop mine, take theirs' }));

  await screen.findByRole('button', { name: 'Stored' });
  expect(screen.getByLabelText<HTMLInputElement>('Text').value).toBe('theirs');
});
