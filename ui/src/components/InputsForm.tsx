// SPDX-License-Identifier: Apache-2.0
import { Autocomplete, FileInput, Group, JsonInput, MultiSelect, NumberInput, PasswordInput, Radio, Select, Stack, Switch, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type Option, optionsOf } from '../api/options';
import type { InputCheck, InputDefinition } from '../api/types';
import { instantOf, localOf } from '../app/format';

export type InputValue = string | string[] | File | null | undefined;
export type InputValues = Record<string, InputValue>;

/** What is sent: what the user has given; the rest is left to its defaults. */
export function formOf(values: InputValues): FormData {
  const form = new FormData();
  for (const [id, value] of Object.entries(values)) {
    if (value === undefined || value === null || value === '') continue;
    if (value instanceof File) form.append(id, value, value.name);
    else form.append(id, Array.isArray(value) ? JSON.stringify(value) : value);
  }
  return form;
}

interface Props {
  inputs: readonly InputDefinition[];
  values: InputValues;
  onChange: (values: InputValues) => void;
  /** What the server says of the values, if it was asked. */
  checks?: readonly InputCheck[] | undefined;
  /** Whether it is being asked for the first time: what depends on others doesn't show yet. */
  waiting?: boolean;
}

/** A field for each input, by its type. Inputs that depend on others show when the server says so. */
export function InputsForm({ inputs, values, onChange, checks, waiting = false }: Props) {
  const checkOf = new Map(checks?.map((check) => [check.input.id, check]));
  usePrefill(inputs, values, onChange, checks);
  return (
    <Stack gap="sm" className="mr-inputs">
      {inputs
        .filter((input) => checkOf.get(input.id)?.enabled ?? !(waiting && input.dependsOn))
        .map((input) => {
          const check = checkOf.get(input.id);
          return (
            <Field
              key={input.id} input={{ ...input, ...(check?.input.values ? { values: check.input.values } : {}) }} value={values[input.id]}
              fallback={check?.isDefault ? check.value : (input.defaults ?? (input.autoSelectFirst ? optionsOf(input)[0]?.value : undefined))} error={values[input.id] === undefined || values[input.id] instanceof File ? undefined : check?.errors[0]?.message}
              onChange={(value) => onChange({ ...values, [input.id]: value })}
            />
          );
        })}
    </Stack>
  );
}

/** What a form begins with is given once: who empties a field means it. Expressions are waited for. */
function usePrefill(inputs: readonly InputDefinition[], values: InputValues, onChange: (values: InputValues) => void, checks: readonly InputCheck[] | undefined) {
  const begun = useRef(new Set<string>());
  useEffect(() => {
    const rendered = new Map(checks?.map((check) => [check.input.id, check.input.prefill]));
    const more: InputValues = {};
    for (const input of inputs) {
      const prefill = rendered.get(input.id) ?? input.prefill;
      const isSent = input.type !== 'FILE' && input.type !== 'SECRET';
      if (!isSent || prefill === undefined || prefill === null || begun.current.has(input.id)) continue;
      if (typeof prefill === 'string' && prefill.includes('{{')) continue;
      begun.current.add(input.id);
      if (values[input.id] === undefined) more[input.id] = begunWith(input, prefill);
    }
    if (Object.keys(more).length > 0) onChange({ ...values, ...more });
  }, [inputs, values, onChange, checks]);
}

function begunWith(input: InputDefinition, prefill: unknown): string | string[] {
  if (input.type === 'MULTISELECT' || input.type === 'ARRAY') return listOf(prefill) ?? [];
  return typeof prefill === 'string' ? prefill : JSON.stringify(prefill);
}

/** A list, which may be written as JSON. */
function listOf(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  if (typeof value !== 'string') return [JSON.stringify(value)];
  try {
    const read: unknown = JSON.parse(value);
    if (Array.isArray(read)) return listOf(read);
  } catch {
    // one value
  }
  return [value];
}

function Field({ input, value, fallback, error, onChange }: { input: InputDefinition; value: InputValue; fallback: unknown; error: string | undefined; onChange: (value: InputValue) => void }) {
  const { t } = useTranslation();
  const common = {
    label: input.displayName ?? input.id,
    description: input.description,
    required: input.required !== false && fallback === undefined,
    error,
  };
  const shownDefault = fallback === undefined || fallback === null ? undefined : typeof fallback === 'string' ? fallback : JSON.stringify(fallback);
  const text = typeof value === 'string' ? value : '';
  switch (input.type) {
    case 'BOOL':
    case 'BOOLEAN': {
      const on = value === undefined ? String(fallback) === 'true' : value === 'true';
      return <Switch label={common.label} description={common.description} error={error} checked={on} onChange={(e) => onChange(String(e.currentTarget.checked))} />;
    }
    case 'INT':
    case 'FLOAT':
      return (
        <NumberInput
          {...common} placeholder={shownDefault} allowDecimal={input.type === 'FLOAT'} min={input.min === undefined ? undefined : Number(input.min)} max={input.max === undefined ? undefined : Number(input.max)}
          value={text} onChange={(next) => onChange(String(next))}
        />
      );
    case 'SELECT':
    case 'ENUM': {
      const options = optionsOf(input);
      const values = options.map((option) => option.value);
      // what is chosen unless another is
      const standard = shownDefault !== undefined && values.includes(shownDefault) ? shownDefault : undefined;
      if (input.isRadio) return <Radios {...common} options={options} custom={input.allowCustomValue === true} value={text || (standard ?? '')} optional={!common.required && fallback === undefined} onChange={onChange} />;
      if (input.allowCustomValue) return <Autocomplete {...common} data={values} clearable placeholder={shownDefault} value={text} onChange={(next) => onChange(next || undefined)} />;
      return <Select {...common} data={options} searchable clearable={text !== ''} placeholder={shownDefault} value={text || (standard ?? null)} onChange={(next) => onChange(next ?? undefined)} />;
    }
    case 'MULTISELECT': {
      const options = optionsOf(input);
      const values = options.map((option) => option.value);
      const chosen = Array.isArray(value) ? value : (listOf(fallback)?.filter((one) => values.includes(one)) ?? []);
      if (input.allowCustomValue) return <TagsInput {...common} data={values} clearable placeholder={chosen.length > 0 ? undefined : shownDefault} value={chosen} onChange={onChange} />;
      return <MultiSelect {...common} data={options} searchable clearable placeholder={chosen.length > 0 ? undefined : shownDefault} value={chosen} onChange={onChange} />;
    }
    case 'ARRAY':
      return <TagsInput {...common} placeholder={shownDefault ?? t('inputs.arrayHint')} value={Array.isArray(value) ? value : []} onChange={onChange} />;
    case 'SECRET':
      return <PasswordInput {...common} autoComplete="off" value={text} onChange={(e) => onChange(e.currentTarget.value)} />;
    case 'FILE':
      return <FileInput {...common} clearable accept={input.allowedFileExtensions?.join(',')} placeholder={shownDefault ?? t('inputs.pickFile')} value={value instanceof File ? value : null} onChange={onChange} />;
    case 'DATE':
      return <TextInput {...common} type="date" value={text || (shownDefault?.slice(0, 10) ?? '')} onChange={(e) => onChange(e.currentTarget.value)} />;
    case 'DATETIME':
      return (
        <TextInput
          {...common} type="datetime-local" step={1} value={text ? localOf(new Date(text)) : ''} placeholder={shownDefault}
          onChange={(e) => onChange(e.currentTarget.value ? instantOf(e.currentTarget.value) : undefined)}
        />
      );
    case 'TIME':
      return <TextInput {...common} type="time" step={1} value={text || (shownDefault ?? '')} onChange={(e) => onChange(e.currentTarget.value)} />;
    case 'DURATION':
      return <TextInput {...common} placeholder={shownDefault ?? 'PT5M'} value={text} onChange={(e) => onChange(e.currentTarget.value)} />;
    case 'JSON':
      return <JsonInput {...common} formatOnBlur autosize minRows={3} maxRows={14} placeholder={shownDefault} value={text} onChange={onChange} />;
    case 'YAML':
    case 'ION':
      return <Textarea {...common} autosize minRows={3} maxRows={14} placeholder={shownDefault} value={text} onChange={(e) => onChange(e.currentTarget.value)} styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }} />;
    case 'STRING':
      return <Textarea {...common} autosize minRows={1} maxRows={10} placeholder={shownDefault} value={text} onChange={(e) => onChange(e.currentTarget.value)} />;
    default:
      return <TextInput {...common} type={input.type === 'EMAIL' ? 'email' : input.type === 'URI' ? 'url' : 'text'} placeholder={shownDefault} value={text} onChange={(e) => onChange(e.currentTarget.value)} />;
  }
}

interface RadiosProps {
  label: string;
  description: string | undefined;
  required: boolean;
  error: string | undefined;
  options: readonly Option[];
  /** Whether another value may be written. */
  custom: boolean;
  /** Whether nothing may be chosen, too. */
  optional: boolean;
  value: string;
  onChange: (value: InputValue) => void;
}

/** What can be selected, side by side. */
function Radios({ options, custom, optional, value, onChange, ...common }: RadiosProps) {
  const { t } = useTranslation();
  return (
    <Radio.Group {...common} value={value} onChange={(next) => onChange(next || undefined)}>
      <Group gap="md" mt={4} mb={common.error ? 4 : 0}>
        {optional && <Radio value="" label={t('inputs.noChoice')} />}
        {options.map((option) => <Radio key={option.value} value={option.value} label={option.label} />)}
        {custom && <TextInput size="xs" aria-label={`${common.label}: ${t('inputs.other')}`} placeholder={t('inputs.other')} value={options.some((option) => option.value === value) ? '' : value} onChange={(e) => onChange(e.currentTarget.value || undefined)} />}
      </Group>
    </Radio.Group>
  );
}

export function NoInputs() {
  const { t } = useTranslation();
  return <Text size="sm" c="dimmed">{t('inputs.none')}</Text>;
}
