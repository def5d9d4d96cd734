// SPDX-License-Identifier: Apache-2.0
import type { InputCheck, InputDefinition } from '../api/types';
import { el, type Texts } from './dom';

/** A field for an input. What is left empty is left to the input's default. */
export function field(input: InputDefinition, texts: Texts): HTMLLabelElement {
  const control = controlOf(input, texts);
  control.name = input.id;
  prefill(control, input.prefill);
  if (!(control instanceof HTMLInputElement && control.type === 'checkbox')) {
    control.required = input.required !== false && given(input) === undefined;
  }
  const name = input.displayName ?? input.id;
  const hint = input.description ? el('small', {}, input.description) : null;
  const error = el('span', { className: 'bad', role: 'alert' });
  const label =
    control instanceof HTMLInputElement && control.type === 'checkbox'
      ? el('label', { className: 'line' }, control, el('span', {}, name), hint, error)
      : el('label', {}, el('span', {}, name, control.required ? ' *' : ''), hint, control, error);
  label.dataset['input'] = input.id;
  return label;
}

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function controlOf(input: InputDefinition, texts: Texts): Control {
  const standard = given(input);
  const placeholder = standard === undefined ? '' : typeof standard === 'string' ? standard : JSON.stringify(standard);
  const line = (type: string, more: Partial<HTMLInputElement> = {}) => el('input', { type, placeholder, ...more });
  switch (input.type) {
    case 'BOOL':
    case 'BOOLEAN':
      return line('checkbox', { checked: String(standard) === 'true' });
    case 'INT':
    case 'FLOAT':
      return line('number', { step: input.type === 'INT' ? '1' : 'any', min: input.min ?? '', max: input.max ?? '' });
    case 'SELECT':
    case 'ENUM':
      return options(el('select', {}), input.values ?? [], placeholder || texts.choose);
    case 'MULTISELECT':
      return options(el('select', { multiple: true }), input.values ?? []);
    case 'SECRET':
      return line('password', { autocomplete: 'off' });
    case 'FILE':
      return line('file', { accept: input.allowedFileExtensions?.join(',') ?? '' });
    case 'DATE':
      return line('date', { defaultValue: placeholder.slice(0, 10) });
    case 'DATETIME':
      return line('datetime-local', { step: '1' });
    case 'TIME':
      return line('time', { step: '1', defaultValue: placeholder });
    case 'EMAIL':
      return line('email');
    case 'URI':
      return line('url');
    case 'JSON':
    case 'YAML':
    case 'ARRAY':
      return el('textarea', { rows: 4, placeholder: placeholder || (input.type === 'ARRAY' ? '["a", "b"]' : '') });
    case 'STRING':
      return el('textarea', { rows: 1, placeholder });
    default:
      return line('text');
  }
}

const begun = new WeakSet<Control>();

/** What a form begins with is given once: who empties a field means it. Expressions are waited for. */
function prefill(control: Control, value: unknown): void {
  if (value === undefined || value === null || begun.has(control) || (typeof value === 'string' && value.includes('{{'))) return;
  if (control.type === 'file' || control.type === 'password') return;
  begun.add(control);
  if (control instanceof HTMLInputElement && control.type === 'checkbox') control.checked = String(value) === 'true';
  else if (control instanceof HTMLSelectElement && control.multiple) {
    const chosen = new Set(Array.isArray(value) ? value.map(String) : [String(value)]);
    for (const option of control.options) option.selected = chosen.has(option.value);
  } else if (control.value === '') control.value = typeof value === 'string' ? value : JSON.stringify(value);
}

function given(input: InputDefinition): unknown {
  return input.prefill ?? input.defaults;
}

function options(select: HTMLSelectElement, values: readonly string[], nothing?: string): HTMLSelectElement {
  const chosen = new Set([...select.selectedOptions].map((option) => option.value));
  select.replaceChildren(
    ...(nothing === undefined ? [] : [el('option', { value: '' }, nothing)]),
    ...values.map((value) => el('option', { value, selected: chosen.has(value) }, value)),
  );
  return select;
}

/** What the server says of the values: which fields there are, what may be chosen, what is wrong. */
export function show(checks: readonly InputCheck[], form: HTMLFormElement, touched: ReadonlySet<string>): void {
  for (const check of checks) {
    const label = form.querySelector<HTMLLabelElement>(`[data-input="${CSS.escape(check.input.id)}"]`);
    if (!label) continue;
    label.hidden = !check.enabled;
    const control = label.querySelector<Control>('input, select, textarea');
    if (control) control.disabled = !check.enabled;
    if (control instanceof HTMLSelectElement && check.input.values) {
      const first = control.multiple ? undefined : (control.options[0]?.textContent ?? '');
      if ([...control.options].filter((option) => option.value).map((option) => option.value).join('\n') !== check.input.values.join('\n')) options(control, check.input.values, first);
    }
    if (control && !touched.has(check.input.id)) prefill(control, check.input.prefill);
    const error = label.querySelector('.bad');
    if (error) error.textContent = touched.has(check.input.id) ? (check.errors[0]?.message ?? '') : '';
  }
}

/**
 * What is sent: what has been given, as the API takes it.
 *
 * @param withFiles whether files go along; to be looked at, they needn't
 */
export function valuesOf(form: HTMLFormElement, withFiles: boolean): FormData {
  const sent = new FormData();
  for (const control of form.querySelectorAll<Control>('[name]')) {
    if (control.disabled) continue;
    if (control instanceof HTMLSelectElement && control.multiple) {
      const chosen = [...control.selectedOptions].map((option) => option.value);
      if (chosen.length > 0) sent.append(control.name, JSON.stringify(chosen));
    } else if (control instanceof HTMLInputElement && control.type === 'checkbox') {
      sent.append(control.name, String(control.checked));
    } else if (control instanceof HTMLInputElement && control.type === 'file') {
      const file = control.files?.[0];
      if (withFiles && file) sent.append(control.name, file, file.name);
    } else if (control.value !== '') {
      sent.append(control.name, control instanceof HTMLInputElement && control.type === 'datetime-local' ? new Date(control.value).toISOString() : control.value);
    }
  }
  return sent;
}
