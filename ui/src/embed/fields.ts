// SPDX-License-Identifier: Apache-2.0
import { type Option, optionsOf } from '../api/options';
import type { InputCheck, InputDefinition } from '../api/types';
import { el, type Texts } from './dom';

/** A field for an input. What is left empty is left to the input's default; what depends on others waits for `show`. */
export function field(input: InputDefinition, texts: Texts): HTMLElement {
  const place = placeOf(input, texts);
  place.dataset['input'] = input.id;
  if (input.dependsOn) setShown(place, false);
  return place;
}

function setShown(place: HTMLElement, isShown: boolean): void {
  place.hidden = !isShown;
  for (const control of place.querySelectorAll<Control>('input, select, textarea')) control.disabled = !isShown;
}

/** For when the server can't say which fields there are. */
export function showAll(form: HTMLFormElement): void {
  for (const place of form.querySelectorAll<HTMLElement>('[data-input]')) setShown(place, true);
}

function placeOf(input: InputDefinition, texts: Texts): HTMLElement {
  const name = input.displayName ?? input.id;
  const required = isRequired(input, given(input));
  const hint = input.description ? el('small', {}, input.description) : null;
  const error = el('span', { className: 'bad', role: 'alert' });
  const shown = el('span', {}, name, required ? ' *' : '');
  if (isChoice(input) && input.isRadio) {
    const choices = el('div', { className: 'choices' });
    const group = el('fieldset', {}, el('legend', {}, shown), hint, choices, error);
    radios(choices, input, optionsOf(input), given(input), texts);
    prefillRadios(choices, input.prefill);
    return group;
  }
  const control = controlOf(input, texts);
  control.name = input.id;
  prefill(control, input.prefill);
  const isBox = control instanceof HTMLInputElement && control.type === 'checkbox';
  if (!isBox) control.required = required;
  const others = isChoice(input) && input.allowCustomValue ? proposals(control, optionsOf(input)) : null;
  return isBox ? el('label', { className: 'line' }, control, el('span', {}, name), hint, error) : el('label', {}, shown, hint, control, others, error);
}

function isChoice(input: InputDefinition): boolean {
  return input.type === 'SELECT' || input.type === 'ENUM';
}

function isRequired(input: InputDefinition, standard: unknown): boolean {
  return input.required !== false && standard === undefined;
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
      if (input.allowCustomValue) return line('text');
      return options(el('select', {}), optionsOf(input), placeholder || texts.choose);
    case 'MULTISELECT':
      if (input.allowCustomValue) return el('textarea', { rows: 3, placeholder: placeholder || JSON.stringify(optionsOf(input).map((option) => option.value)) });
      return options(el('select', { multiple: true }), optionsOf(input));
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
    case 'ION':
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
  const isThere = !(control instanceof HTMLSelectElement) || control.multiple || [...control.options].some((option) => option.value === value);
  if (!isThere) return;
  begun.add(control);
  if (control instanceof HTMLInputElement && control.type === 'checkbox') control.checked = String(value) === 'true';
  else if (control instanceof HTMLSelectElement && control.multiple) {
    const chosen = new Set(Array.isArray(value) ? value.map(String) : [String(value)]);
    for (const option of control.options) option.selected = chosen.has(option.value);
  } else if (control.value === '') control.value = typeof value === 'string' ? value : JSON.stringify(value);
}

function prefillRadios(choices: HTMLElement, value: unknown): void {
  const radios = [...choices.querySelectorAll<HTMLInputElement>('input[type=radio]')];
  if (typeof value !== 'string' || radios.some((radio) => begun.has(radio))) return;
  for (const radio of radios) {
    if (radio.value !== value) continue;
    radio.checked = true;
    begun.add(radio);
  }
}

/** What the server takes if nothing is sent, as far as the input itself says it. */
function given(input: InputDefinition): unknown {
  return input.defaults ?? (input.autoSelectFirst ? optionsOf(input)[0]?.value : undefined);
}

/** What may be chosen, side by side; what was chosen stays so. */
function radios(choices: HTMLElement, input: InputDefinition, values: readonly Option[], standard: unknown, texts: Texts): void {
  const before = choices.querySelector<HTMLInputElement>('input[type=radio]:checked')?.value;
  const chosen = before !== undefined && (before === '' || values.some((option) => option.value === before)) ? before : typeof standard === 'string' ? standard : undefined;
  const required = isRequired(input, standard);
  const one = (value: string, text: string) =>
    el('label', { className: 'line' }, el('input', { type: 'radio', name: input.id, value, required, checked: value === chosen }), el('span', {}, text));
  const nothing = !required && standard === undefined ? [one('', texts.nothing)] : [];
  choices.replaceChildren(...nothing, ...values.map(({ value, label }) => one(value, label)));
}

/** What a text may be, offered while it is written. */
function proposals(control: Control, values: readonly Option[]): HTMLDataListElement {
  const list = el('datalist', { id: `proposals-${control.name}` }, ...values.map(({ value, label }) => el('option', { value }, label === value ? '' : label)));
  control.setAttribute('list', list.id);
  return list;
}

function options(select: HTMLSelectElement, values: readonly Option[], nothing?: string): HTMLSelectElement {
  const chosen = new Set([...select.selectedOptions].map((option) => option.value));
  select.replaceChildren(
    ...(nothing === undefined ? [] : [el('option', { value: '' }, nothing)]),
    ...values.map(({ value, label }) => el('option', { value, selected: chosen.has(value) }, label)),
  );
  return select;
}

/** What the server says of the values: which fields there are, what may be chosen, what is wrong. */
export function show(checks: readonly InputCheck[], form: HTMLFormElement, touched: ReadonlySet<string>, texts: Texts): void {
  for (const check of checks) {
    const place = form.querySelector<HTMLElement>(`[data-input="${CSS.escape(check.input.id)}"]`);
    if (!place) continue;
    const choices = place.querySelector<HTMLElement>('.choices');
    const isTouched = touched.has(check.input.id);
    if (choices) showChoices(choices, check, isTouched, texts);
    const control = choices ? null : place.querySelector<Control>('input, select, textarea');
    if (control) showControl(control, check, isTouched);
    setShown(place, check.enabled);
    const error = place.querySelector('.bad');
    // a file goes along only when it is sent
    const isSaid = isTouched && !(control instanceof HTMLInputElement && control.type === 'file' && control.files?.length);
    if (error) error.textContent = isSaid ? (check.errors[0]?.message ?? '') : '';
  }
}

function showChoices(choices: HTMLElement, check: InputCheck, isTouched: boolean, texts: Texts): void {
  const { input } = check;
  const standard = check.isDefault ? check.value : given(input);
  const shown = [...choices.querySelectorAll<HTMLInputElement>('input[type=radio]')].map((radio) => radio.value).filter(Boolean);
  const values = optionsOf(input);
  if (input.values && shown.join('\n') !== joined(values)) radios(choices, input, values, standard, texts);
  if (!isTouched) prefillRadios(choices, input.prefill);
}

function joined(values: readonly Option[]): string {
  return values.map((option) => option.value).join('\n');
}

function showControl(control: Control, check: InputCheck, isTouched: boolean): void {
  const { input } = check;
  if (control instanceof HTMLSelectElement && input.values) {
    const first = control.multiple ? undefined : check.isDefault && typeof check.value === 'string' ? check.value : (control.options[0]?.textContent ?? '');
    const isShown = [...control.options].filter((option) => option.value).map((option) => option.value).join('\n') === joined(optionsOf(input)) && (first === undefined || control.options[0]?.textContent === first);
    if (!isShown) options(control, optionsOf(input), first);
  }
  const list = control.parentElement?.querySelector('datalist');
  if (list && input.values) list.replaceChildren(...optionsOf(input).map(({ value, label }) => el('option', { value }, label === value ? '' : label)));
  if (control.required && check.isDefault) control.required = false;
  if (!isTouched) prefill(control, input.prefill);
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
    if (control instanceof HTMLInputElement && control.type === 'radio') {
      if (control.checked && control.value !== '') sent.append(control.name, control.value);
    } else if (control instanceof HTMLSelectElement && control.multiple) {
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
