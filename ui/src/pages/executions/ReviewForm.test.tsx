// SPDX-License-Identifier: Apache-2.0
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Session } from '../../api/session';
import type { Execution, Question } from '../../api/types';
import { TenantProvider } from '../../app/context';
import { startTexts } from '../../i18n';
import { ReviewForm } from './ReviewForm';

beforeAll(() => {
  // fields that grow with their text ask when fonts are there, which this DOM doesn't know
  Object.defineProperty(document, 'fonts', { value: new EventTarget(), configurable: true });
  return startTexts();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const asked: Question = { allowed: true, approve: 'Ship it', deny: 'Hold', commentRequired: 'NEVER' };

/** Shows the form of an approval that asks for a reason, and gives what it sends to be decided. */
async function shown(question: Question) {
  const sent: { query: Record<string, string>; parts: [string, FormDataEntryValue][] }[] = [];
  const closed = vi.fn();
  vi.stubGlobal('fetch', (url: string, init?: RequestInit) => {
    const at = new URL(url, 'http://localhost');
    if (at.pathname.endsWith('/review')) sent.push({ query: Object.fromEntries(at.searchParams), parts: [...(init?.body as FormData)] });
    const answer = at.pathname.endsWith('/allowed') ? question : at.pathname.endsWith('/validate') ? { inputs: [], checks: [] } : { id: 'e' };
    return Promise.resolve(new Response(JSON.stringify(answer), { headers: { 'Content-Type': 'application/json' } }));
  });
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <TenantProvider session={{} as Session} me={{ tenant: 'main', subject: 'ann', grants: [], groups: [] }}>
          <ReviewForm
            execution={{ id: 'e' } as Execution} onClose={closed}
            waiting={{ run: { id: 'e-0', taskId: 'ask' } as never, task: { id: 'ask', type: 'io.kestra.plugin.core.flow.Approval', inputs: [{ id: 'reason', type: 'STRING', required: false }] } }}
          />
        </TenantProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  await screen.findByRole('button', { name: question.approve });
  return { sent, closed };
}

test('a decision takes its inputs and its comment along', async () => {
  const { sent, closed } = await shown(asked);
  await userEvent.type(screen.getByLabelText(/reason/), 'it works');
  await userEvent.type(screen.getByLabelText(/Comment/), 'go');

  await userEvent.click(screen.getByRole('button', { name: 'Ship it' }));

  await waitFor(() => expect(closed).toHaveBeenCalled());
  expect(sent).toEqual([{ query: { taskRunId: 'e-0', decision: 'APPROVE' }, parts: [['reason', 'it works'], ['comment', 'go']] }]);
});

test('a denial waits for the comment that it needs', async () => {
  const { sent } = await shown({ ...asked, commentRequired: 'ON_DENY' });
  const deny = screen.getByRole<HTMLButtonElement>('button', { name: 'Hold' });
  expect(deny.disabled).toBe(true);
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Ship it' }).disabled).toBe(false);

  await userEvent.type(screen.getByLabelText(/Comment/), 'too late');
  await userEvent.click(deny);

  await waitFor(() => expect(sent.map(({ query, parts }) => [query['decision'], ...parts])).toEqual([['DENY', ['comment', 'too late']]]));
});

test('who may not decide is told why', async () => {
  await shown({ ...asked, allowed: false, reason: 'Expected the approval of somebody else' });

  expect(screen.getByText('Expected the approval of somebody else')).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Ship it' }).disabled).toBe(true);
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Hold' }).disabled).toBe(true);
});
