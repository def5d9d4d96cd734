// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Anchor, Button, Fieldset, Group, Select, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parse, stringify } from 'yaml';
import { CronWords } from '../components/CronWords';
import { isRecord, type Path, type Schema } from '../editor/schema';
import { nameOf, scalarOf, useDraft, useEditing } from './edit';
import { ObjectForm } from './ObjectForm';
import { useSource } from './source';

const MONO = { input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } };
/** Lists of these are edited in the outline. */
const OUTLINED = new Set(['task', 'trigger', 'input', 'tasks', 'inputs']);

interface FieldProps {
  name: string;
  path: Path;
  schema: Schema;
  value: unknown;
  required: boolean;
}

function hasExpression(value: unknown): boolean {
  return typeof value === 'string' && /{{|{%/.test(value);
}

/** The field for a property, by what its schema takes. */
export function Field(props: FieldProps) {
  const { book } = useEditing();
  const { schema, value, path, name } = props;
  const kind = book.kind(schema);
  if (value !== undefined && value !== null) {
    if ((kind === 'text' || kind === 'number' || kind === 'choice' || kind === 'flag') && typeof value === 'object') return <YamlField {...props} />;
    if ((kind === 'list' || kind === 'map' || kind === 'object') && typeof value !== 'object') return <TextField {...props} />;
  }
  if (OUTLINED.has(schema.$ref?.replace('#/$defs/', '') ?? '') || OUTLINED.has(book.itemsDefinition(schema) ?? '')) return <Outlined {...props} />;
  switch (kind) {
    case 'flag':
      return hasExpression(value) ? <TextField {...props} /> : <FlagField {...props} />;
    case 'choice':
      return <ChoiceField {...props} />;
    case 'number':
      return <TextField {...props} wanted="number" />;
    case 'text':
      return name === 'cron' ? <CronField {...props} /> : <TextField {...props} />;
    case 'list': {
      const items = book.items(schema);
      const of = items ? book.kind(items) : 'any';
      return of === 'text' || of === 'any' || of === 'number' || of === 'choice' ? <TextList {...props} /> : <ObjectList {...props} items={items ?? {}} />;
    }
    case 'map':
      return <MapField {...props} />;
    case 'object':
      return (
        <Fieldset legend={name} p="sm" variant="unstyled" className="mr-card">
          <ObjectForm path={path} schema={schema} />
        </Fieldset>
      );
    default:
      return <YamlField {...props} />;
  }
}

function useCommon({ name, path, schema, required }: FieldProps) {
  const { book, readOnly, problems } = useEditing();
  const essence = book.essence(schema);
  const initial = schema.default ?? essence.default;
  return {
    label: name,
    description: schema.title ?? essence.title ?? schema.description,
    placeholder: initial === undefined ? (book.isDuration(schema) ? 'PT30S' : undefined) : typeof initial === 'string' ? initial : JSON.stringify(initial),
    required,
    readOnly,
    error: problems.get(nameOf(path)),
    'data-field': nameOf(path),
  };
}

function TextField(props: FieldProps & { wanted?: 'text' | 'number' }) {
  const { edit } = useEditing();
  const { path, value, wanted = 'text' } = props;
  const common = useCommon(props);
  const draft = useDraft(value === undefined || value === null ? '' : String(value), (text) => edit((source) => source.set(path, scalarOf(text, wanted))));
  const long = draft.value.includes('\n') || /^(script|sql|message|description|body|content|query|format)$/.test(props.name);
  return <Textarea {...common} autosize minRows={long ? 2 : 1} maxRows={18} styles={MONO} value={draft.value} onChange={(e) => draft.change(e.currentTarget.value)} onBlur={draft.leave} spellCheck={false} />;
}

/** With what the expression says, as it is typed. */
function CronField(props: FieldProps) {
  const source = useSource();
  return (
    <div>
      <TextField {...props} />
      <CronWords cron={props.value} withSeconds={source.get([...props.path.slice(0, -1), 'withSeconds'])} />
    </div>
  );
}

function FlagField(props: FieldProps) {
  const { t } = useTranslation();
  const { edit, readOnly, book } = useEditing();
  const { label, description, error } = useCommon(props);
  const initial = props.schema.default ?? book.essence(props.schema).default;
  const on = props.value === undefined ? String(initial) === 'true' : String(props.value) === 'true';
  return (
    <Group justify="space-between" wrap="nowrap">
      <Switch label={label} description={description} error={error} data-field={nameOf(props.path)} checked={on} disabled={readOnly} onChange={(e) => edit((source) => source.set(props.path, e.currentTarget.checked))} />
      {props.value !== undefined && !readOnly && <Button size="compact-xs" variant="subtle" color="gray" onClick={() => edit((source) => source.set(props.path, undefined))}>{t('forms.toDefault')}</Button>}
    </Group>
  );
}

function ChoiceField(props: FieldProps) {
  const { book, edit } = useEditing();
  const common = useCommon(props);
  const choices = book.choices(props.schema).map(String);
  const value = props.value === undefined || props.value === null ? null : String(props.value);
  return (
    <Select
      {...common} searchable clearable={!props.required} data={value !== null && !choices.includes(value) ? [value, ...choices] : choices} value={value}
      onChange={(next) => edit((source) => source.set(props.path, next ?? undefined))}
    />
  );
}

/** What no other field can show is edited as YAML. */
function YamlField(props: FieldProps) {
  const { t } = useTranslation();
  const { edit } = useEditing();
  const common = useCommon(props);
  const [wrong, setWrong] = useState(false);
  const draft = useDraft(props.value === undefined || props.value === null ? '' : stringify(props.value, { lineWidth: 0 }).trimEnd(), (text) => {
    try {
      const value: unknown = text.trim() === '' ? undefined : parse(text);
      setWrong(false);
      edit((source) => source.set(props.path, value));
    } catch {
      setWrong(true);
    }
  });
  return <Textarea {...common} error={wrong ? t('forms.notYaml') : common.error} placeholder={common.placeholder ?? 'YAML'} autosize minRows={1} maxRows={14} styles={MONO} value={draft.value} onChange={(e) => draft.change(e.currentTarget.value)} onBlur={draft.leave} spellCheck={false} />;
}

function TextList(props: FieldProps) {
  const { t } = useTranslation();
  const { edit, readOnly } = useEditing();
  const { label, description, required, error } = useCommon(props);
  const entries = Array.isArray(props.value) ? (props.value as unknown[]) : [];
  return (
    <Fieldset variant="unstyled" legend={<Text size="sm" fw={600} span>{label}{required ? ' *' : ''}</Text>}>
      {description && <Text size="xs" c="dimmed">{description}</Text>}
      <Stack gap={6} mt={4}>
        {entries.map((entry, i) => <ListEntry key={i} label={`${label} ${i + 1}`} path={[...props.path, i]} value={entry} />)}
        {error && <Text size="xs" c="red">{error}</Text>}
        {!readOnly && <Group><Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={() => edit((source) => source.insert(props.path, entries.length, ''))}>{t('forms.addTo', { name: label })}</Button></Group>}
      </Stack>
    </Fieldset>
  );
}

function ListEntry({ label, path, value }: { label: string; path: Path; value: unknown }) {
  const { t } = useTranslation();
  const { edit, readOnly } = useEditing();
  const structured = typeof value === 'object' && value !== null;
  const draft = useDraft(structured ? JSON.stringify(value) : String(value ?? ''), (text) =>
    edit((source) => source.set(path, structured ? (safeParse(text) ?? value) : typeof value === 'number' && /^-?\d+$/.test(text) ? Number(text) : text)),
  );
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <Textarea flex={1} aria-label={label} autosize minRows={1} maxRows={12} readOnly={readOnly} styles={MONO} value={draft.value} onChange={(e) => draft.change(e.currentTarget.value)} onBlur={draft.leave} spellCheck={false} data-field={nameOf(path)} />
      {!readOnly && <ActionIcon mt={4} aria-label={t('forms.remove', { name: label })} onClick={() => edit((source) => source.remove(path))}><IconTrash size={15} /></ActionIcon>}
    </Group>
  );
}

function safeParse(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function ObjectList(props: FieldProps & { items: Schema }) {
  const { t } = useTranslation();
  const { edit, readOnly } = useEditing();
  const { label, description, error } = useCommon(props);
  const entries = Array.isArray(props.value) ? (props.value as unknown[]) : [];
  return (
    <Fieldset variant="unstyled" legend={<Text size="sm" fw={600} span>{label}</Text>}>
      {description && <Text size="xs" c="dimmed">{description}</Text>}
      <Stack gap={8} mt={4}>
        {entries.map((_, i) => (
          <div key={i} className="mr-card" style={{ padding: 10 }}>
            <Group justify="space-between" mb={4}>
              <Text size="sm" fw={600}>{label} {i + 1}</Text>
              {!readOnly && <ActionIcon aria-label={t('forms.remove', { name: `${label} ${i + 1}` })} onClick={() => edit((source) => source.remove([...props.path, i]))}><IconTrash size={15} /></ActionIcon>}
            </Group>
            <ObjectForm path={[...props.path, i]} schema={props.items} />
          </div>
        ))}
        {error && <Text size="xs" c="red">{error}</Text>}
        {!readOnly && <Group><Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={() => edit((source) => source.insert(props.path, entries.length, {}))}>{t('forms.addTo', { name: label })}</Button></Group>}
      </Stack>
    </Fieldset>
  );
}

function MapField(props: FieldProps) {
  const { t } = useTranslation();
  const { edit, readOnly } = useEditing();
  const { label, description, error } = useCommon(props);
  const entries = isRecord(props.value) ? Object.entries(props.value) : [];
  const add = () => {
    let n = entries.length + 1;
    while (entries.some(([key]) => key === `key${n}`)) n++;
    edit((source) => source.set([...props.path, `key${n}`], ''));
  };
  return (
    <Fieldset variant="unstyled" legend={<Text size="sm" fw={600} span>{label}</Text>}>
      {description && <Text size="xs" c="dimmed">{description}</Text>}
      <Stack gap={6} mt={4}>
        {entries.map(([key, value], i) => <MapEntry key={i} path={[...props.path, key]} name={key} value={value} label={label} />)}
        {error && <Text size="xs" c="red">{error}</Text>}
        {!readOnly && <Group><Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={add}>{t('forms.addTo', { name: label })}</Button></Group>}
      </Stack>
    </Fieldset>
  );
}

function MapEntry({ path, name, value, label }: { path: Path; name: string; value: unknown; label: string }) {
  const { t } = useTranslation();
  const { edit, readOnly } = useEditing();
  const structured = typeof value === 'object' && value !== null;
  const key = useDraft(name, (text) => text && text !== name && edit((source) => source.rename(path, text)));
  const content = useDraft(structured ? JSON.stringify(value) : String(value ?? ''), (text) =>
    edit((source) => source.set(path, structured ? (safeParse(text) ?? value) : typeof value === 'number' && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : typeof value === 'boolean' && /^(true|false)$/.test(text) ? text === 'true' : text)),
  );
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <TextInput w="34%" aria-label={t('forms.keyOf', { name: label })} readOnly={readOnly} value={key.value} onChange={(e) => key.change(e.currentTarget.value)} onBlur={key.leave} styles={MONO} spellCheck={false} />
      <Textarea flex={1} aria-label={t('forms.valueOf', { name })} readOnly={readOnly} autosize minRows={1} maxRows={8} value={content.value} onChange={(e) => content.change(e.currentTarget.value)} onBlur={content.leave} styles={MONO} spellCheck={false} />
      {!readOnly && <ActionIcon mt={4} aria-label={t('forms.remove', { name })} onClick={() => edit((source) => source.remove(path))}><IconTrash size={15} /></ActionIcon>}
    </Group>
  );
}

/** Tasks within a task have their place in the outline; from here one goes there. */
function Outlined(props: FieldProps) {
  const { t } = useTranslation();
  const { select } = useEditing();
  const { label, description, error } = useCommon(props);
  const entries = Array.isArray(props.value) ? (props.value as unknown[]).filter(isRecord) : [];
  return (
    <div>
      <Text size="sm" fw={600}>{label}</Text>
      <Text size="xs" c="dimmed">{description ?? t('forms.inOutline')}</Text>
      <Group gap="xs">
        {entries.map((entry, i) => <Anchor key={i} component="button" type="button" size="sm" onClick={() => select([...props.path, i])}>{String(entry['id'] ?? i + 1)}</Anchor>)}
      </Group>
      {error && <Text size="xs" c="red">{error}</Text>}
    </div>
  );
}
