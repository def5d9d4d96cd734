// SPDX-License-Identifier: Apache-2.0
import { cleanup, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startTexts } from '../i18n';
import { ListView } from './ListView';
import { showWithApi } from './testing';

beforeAll(() => startTexts());
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Two() {
  const [of, setOf] = useState('first');
  return (
    <>
      <button onClick={() => setOf('second')}>Other</button>
      <ListView<{ key: string }> topic="keys" path={`of/${of}`} label="Keys" keyOf={(row) => row.key} empty="none" columns={[{ head: 'Key', cell: (row) => row.key }]} />
    </>
  );
}

test('rows of one place never show as those of another while these are read', async () => {
  showWithApi(<Two />, [], ({ path }) => [{ key: path }]);
  await screen.findByText('of/first');

  await userEvent.click(screen.getByRole('button', { name: 'Other' }));

  expect(screen.queryByText('of/first')).toBeNull();
  await screen.findByText('of/second');
});
