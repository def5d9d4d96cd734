// SPDX-License-Identifier: Apache-2.0
import { Button, MantineProvider, Menu } from '@mantine/core';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, expect, test } from 'vitest';
import { Dialog } from './Dialog';
import { LabelsInput } from './LabelsInput';

afterEach(cleanup);

function Page() {
  const [open, setOpen] = useState(false);
  const [toggled, setToggled] = useState(false);
  return (
    <MantineProvider env="test">
      <Button onClick={() => setOpen(true)}>plain</Button>
      <Menu transitionProps={{ duration: 0 }}>
        <Menu.Target><Button>menu</Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setOpen(true)}>mounted</Menu.Item>
          <Menu.Item onClick={() => setToggled(true)}>toggled</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open && <Dialog title="one" onClose={() => setOpen(false)}><input data-autofocus aria-label="within" /></Dialog>}
      <Dialog title="other" opened={toggled} onClose={() => setToggled(false)}><input data-autofocus aria-label="within" /></Dialog>
    </MantineProvider>
  );
}

test.each([['plain'], ['menu', 'mounted'], ['menu', 'toggled']])('the focus goes back to what it came from: %s %s', async (button, item?: string) => {
  const user = userEvent.setup();
  render(<Page />);
  screen.getByRole('button', { name: button }).focus();
  await user.keyboard('{Enter}');
  if (item) await user.click(await screen.findByRole('menuitem', { name: item }));
  await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('within'));
  await user.keyboard('{Escape}');

  await waitFor(() => expect(document.activeElement?.textContent).toBe(button));
});

test('one Escape closes a dialogue whose field of labels has the focus', async () => {
  const user = userEvent.setup();
  let closed = 0;
  render(<MantineProvider env="test"><Dialog title="one" onClose={() => closed++}><LabelsInput label="labels" value={[]} onChange={() => undefined} /></Dialog></MantineProvider>);
  await user.click(await screen.findByPlaceholderText('common.labelsHint'));
  await user.keyboard('{Escape}');

  expect(closed).toBe(1);
});
