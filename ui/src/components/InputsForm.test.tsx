// SPDX-License-Identifier: Apache-2.0
import { MantineProvider } from '@mantine/core';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { InputCheck, InputDefinition } from '../api/types';
import { startTexts } from '../i18n';
import { formOf, InputsForm, type InputValues } from './InputsForm';

beforeAll(() => {
  // fields that grow with their text ask when fonts are there, which this DOM doesn't know
  Object.defineProperty(document, 'fonts', { value: new EventTarget(), configurable: true });
  return startTexts();
});
afterEach(cleanup);

/** Shows a form, and gives what it would send. */
function shown(inputs: InputDefinition[], more: { checks?: InputCheck[]; waiting?: boolean } = {}) {
  let latest: InputValues = {};
  function Form({ checks, waiting }: typeof more) {
    const [values, setValues] = useState<InputValues>({});
    latest = values;
    return <MantineProvider env="test"><InputsForm inputs={inputs} values={values} onChange={setValues} checks={checks} waiting={waiting ?? false} /></MantineProvider>;
  }
  const view = render(<Form {...more} />);
  return { sent: () => [...formOf(latest)], now: (next: typeof more) => view.rerender(<Form {...next} />) };
}

const check = (input: InputDefinition, more: Partial<InputCheck> = {}): InputCheck => ({ input, enabled: true, isDefault: false, errors: [], ...more });

test('a choice that is to be shown side by side has radio buttons', async () => {
  const form = shown([
    { id: 'size', type: 'SELECT', displayName: 'Which size', values: ['s', 'm'], isRadio: true },
    { id: 'mood', type: 'SELECT', values: ['glad'], isRadio: true, required: false },
  ]);
  expect(screen.getByRole('radiogroup', { name: /Which size/ })).toBeTruthy();
  await userEvent.click(screen.getByRole('radio', { name: 'm' }));
  await userEvent.click(screen.getByRole('radio', { name: 'glad' }));
  expect(form.sent()).toEqual([['size', 'm'], ['mood', 'glad']]);

  await userEvent.click(screen.getByRole('radio', { name: 'No choice' }));
  expect(form.sent()).toEqual([['size', 'm']]);
});

test('what can be selected shows by its label, and is sent by its value', async () => {
  const values = [{ value: '123', label: 'Production' }, 'dev'];
  const form = shown([
    { id: 'radio', type: 'SELECT', values, isRadio: true },
    { id: 'list', type: 'SELECT', values },
    { id: 'some', type: 'MULTISELECT', values },
  ]);

  await userEvent.click(screen.getByRole('radio', { name: 'Production' }));
  await userEvent.click(screen.getByRole('combobox', { name: /list/ }));
  await userEvent.click(await screen.findByRole('option', { name: 'Production' }));
  await userEvent.click(screen.getByRole('combobox', { name: /some/ }));
  await userEvent.click(await screen.findByRole('option', { name: 'Production' }));
  expect(form.sent()).toEqual([['radio', '123'], ['list', '123'], ['some', '["123"]']]);
});

test('the first value is chosen where an input says so, and is left to the server', () => {
  const size: InputDefinition = { id: 'size', type: 'SELECT', values: ['s', 'm'], isRadio: true, autoSelectFirst: true };
  const form = shown([size]);

  expect(screen.getByRole<HTMLInputElement>('radio', { name: 's' }).checked).toBe(true);
  expect(form.sent()).toEqual([]);

  form.now({ checks: [check({ ...size, values: ['m', 'l'] }, { isDefault: true, value: 'm' })] });
  expect(screen.getAllByRole<HTMLInputElement>('radio').map(({ value, checked }) => [value, checked])).toEqual([['m', true], ['l', false]]);
});

test('another value may be written where an input says so', async () => {
  const form = shown([
    { id: 'radio', type: 'SELECT', values: ['a'], isRadio: true, allowCustomValue: true },
    { id: 'text', type: 'SELECT', values: ['a'], allowCustomValue: true },
  ]);
  await userEvent.type(screen.getByRole('textbox', { name: 'radio: Another value' }), 'b');
  // its proposals bear its name, too
  const text = screen.getAllByLabelText(/^text/).find((element) => element instanceof HTMLInputElement);
  if (text) await userEvent.type(text, 'c');

  expect(form.sent()).toEqual([['radio', 'b'], ['text', 'c']]);
});

test('begins with what is prefilled, once', async () => {
  const form = shown([
    { id: 'name', type: 'STRING', prefill: 'Ada' },
    { id: 'many', type: 'MULTISELECT', values: ['a', 'b'], prefill: '["b"]' },
    { id: 'host', type: 'STRING', prefill: 'db.{{ inputs.name }}' },
  ]);
  await waitFor(() => expect(form.sent()).toEqual([['name', 'Ada'], ['many', '["b"]']]));

  await userEvent.clear(screen.getByLabelText(/^name/));
  form.now({ checks: [check({ id: 'name', type: 'STRING', prefill: 'Ada' }), check({ id: 'host', type: 'STRING', prefill: 'db.Ada' })] });
  await waitFor(() => expect(form.sent()).toEqual([['many', '["b"]'], ['host', 'db.Ada']]));
});

test('what depends on others shows when the server has said so', () => {
  const more: InputDefinition = { id: 'more', type: 'STRING', dependsOn: { inputs: ['kind'] } };
  const form = shown([{ id: 'kind', type: 'STRING' }, more], { waiting: true });
  expect(screen.queryByLabelText(/^more/)).toBeNull();

  form.now({ checks: [check(more, { enabled: false })] });
  expect(screen.queryByLabelText(/^more/)).toBeNull();

  form.now({ checks: [check(more)] });
  expect(screen.getByLabelText(/^more/)).toBeTruthy();

  form.now({ waiting: false });
  expect(screen.getByLabelText(/^more/)).toBeTruthy();
});
