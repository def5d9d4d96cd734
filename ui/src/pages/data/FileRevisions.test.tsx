// SPDX-License-Identifier: Apache-2.0
import { cleanup, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { showWithApi } from '../../components/testing';
import { startTexts } from '../../i18n';
import { FileRevisions } from './FileRevisions';

// each opens dialogues, which takes its time where others build
vi.setConfig({ testTimeout: 20_000 });
beforeAll(() => startTexts());
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** What differs is marked, so that no element has the whole line. */
const shows = (text: string) => waitFor(() => expect(document.body.textContent).toContain(text));

const revision = (number: number, more = {}) => ({ revision: number, deleted: false, size: 4, date: '2026-01-02T03:04:05Z', createdBy: `user-${number}`, ...more });

function shown(revisions: unknown[], writable = true) {
  const restored = vi.fn<(content: Blob) => void>();
  showWithApi(<FileRevisions base="namespaces/company/files" name="/a.txt" writable={writable} busy={false} onRestore={restored} />, [], ({ path, query }) => (path.endsWith('/revisions') ? revisions : `held at ${query['revision']}`));
  return restored;
}

test('the two newest are beside each other, and what the older held is given back', async () => {
  const restored = shown([revision(3), revision(2), revision(1)]);
  await shows('held at 3');
  await shows('held at 2');
  await screen.findByText('Before by user-2, after by user-3');

  await userEvent.click(screen.getByRole('button', { name: 'Restore revision 2' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Restore' }));

  await waitFor(() => expect(restored).toHaveBeenCalled());
  expect(await restored.mock.calls[0]?.[0].text()).toBe('held at 2');
});

test('what was deleted held nothing, and isn’t given back', async () => {
  shown([revision(3), revision(2, { deleted: true, size: 0 })]);
  await shows('held at 3');

  expect(document.body.textContent).not.toContain('held at 2');
  expect(screen.queryByRole('button', { name: /Restore/ })).toBeNull();
});

test('who may not write restores nothing; one revision has nothing beside it', async () => {
  shown([revision(2), revision(1)], false);
  await shows('held at 1');
  expect(screen.queryByRole('button', { name: /Restore/ })).toBeNull();

  cleanup();
  shown([revision(1)]);
  await screen.findByText('Only one revision');
});

test('what is too large to be read line by line isn’t loaded', async () => {
  shown([revision(2, { size: 2_000_000 }), revision(1)]);

  await screen.findByText(/too large to be compared/);
  expect(document.body.textContent).not.toContain('held at');
});
