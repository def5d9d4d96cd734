// SPDX-License-Identifier: Apache-2.0
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { FlowDocument } from '../../api/types';
import { showWithApi } from '../../components/testing';
import { startTexts } from '../../i18n';
import { KeepDialog } from './KeepDialog';
import { TeamBlueprintPicker } from './TeamBlueprints';

// each opens dialogues, which takes its time where others build
vi.setConfig({ testTimeout: 20_000 });
beforeAll(() => startTexts());
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const flow: FlowDocument = { id: 'nightly', namespace: 'company', revision: 3, disabled: false, source: 'id: nightly\n' };

test('a flow is kept for the team by a title of its own', async () => {
  const closed = vi.fn();
  const sent = showWithApi(<KeepDialog flow={flow} onClose={closed} />, ['FLOW_CREATE'], () => ({}));
  fireEvent.change(await screen.findByLabelText(/^Title/), { target: { value: 'A nightly job' } });
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));

  await waitFor(() => expect(closed).toHaveBeenCalled());
  expect(sent).toMatchObject([{ method: 'POST', path: 'blueprints/flows', body: { title: 'A nightly job', description: '', tags: [], source: 'id: nightly\n' } }]);
});

const picker = (namespace?: string) => showWithApi(<TeamBlueprintPicker onPick={() => undefined} onClose={() => undefined} />, ['FLOW_READ', 'FLOW_DELETE'], () => ({ results: [{ id: 'b-1', title: 'A nightly job' }], total: 1 }), namespace);

test('a blueprint is deleted once that is confirmed', async () => {
  const sent = picker();
  await userEvent.click(await screen.findByRole('button', { name: 'Delete the blueprint A nightly job' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Delete' }));

  await waitFor(() => expect(sent).toMatchObject([{ method: 'DELETE', path: 'blueprints/flows/b-1' }]));
});

test('blueprints are the whole tenant’s: who may delete flows of a namespace deletes none', async () => {
  picker('company');
  await screen.findByText('A nightly job');

  expect(screen.queryByRole('button', { name: /Delete/ })).toBeNull();
});
