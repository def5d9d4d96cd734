// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Alert, Box, Button, Code, Group, MultiSelect, NavLink, ScrollArea, Text, Title } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconSettings, IconTrash } from '@tabler/icons-react';
import { useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { shortType, TextLink } from '../components/basics';
import { useTenant } from '../app/context';
import { FlowSource } from '../editor/flowDocument';
import type { Path, SchemaBook } from '../editor/schema';
import { EditingContext, nameOf, useEditing, type Editing } from './edit';
import { ObjectForm } from './ObjectForm';
import { findBoth, freeId, outline, type Entry, type Section } from './outline';
import { SourceContext, useSource } from './source';
import { TypePicker } from './TypePicker';

const LISTS = new Set(['inputs', 'tasks', 'errors', 'finally', 'afterExecution', 'triggers']);

interface Props {
  text: string;
  onChange: (text: string) => void;
  book: SchemaBook;
  readOnly: boolean;
  problems: ReadonlyMap<string, string>;
  selected: Path;
  onSelect: (path: Path) => void;
}

/** A flow as an outline and a form. Each change is a change of the source, which keeps all that it doesn't touch. */
export function FormPane({ text, onChange, book, readOnly, problems, selected, onSelect }: Props) {
  const { t } = useTranslation();
  const source = useMemo(() => new FlowSource(text), [text]);
  const latest = useRef(source);
  useLayoutEffect(() => {
    latest.current = source;
  }, [source]);
  const [adding, setAdding] = useState<Section | null>(null);
  const flow = useMemo(() => source.value(), [source]);
  const sections = useMemo(() => outline(flow), [flow]);
  const editing = useMemo<Editing>(
    () => ({
      book, readOnly, problems, select: onSelect,
      edit: (change) => {
        const next = change(latest.current);
        if (next.text === latest.current.text) return;
        latest.current = next;
        onChange(next.text);
      },
    }),
    [book, readOnly, problems, onSelect, onChange],
  );

  if (source.problem) {
    return <Alert color="orange" variant="light" m="sm" styles={{ message: { color: 'var(--mantine-color-text)' } }}>{t('forms.broken', { line: source.problem.line ?? 1 })}: <Code>{source.problem.message}</Code></Alert>;
  }
  const current = selected.length > 0 && source.get(selected) === undefined ? [] : selected;
  const add = (section: Section, type: string) => {
    const id = section.what === 'input' ? freeId(flow, 'input') : freeId(flow, type);
    editing.edit((before) => before.insert(section.path, section.entries.length, section.wrapped ? { task: { id, type } } : { id, type }));
    setAdding(null);
    onSelect([...section.path, section.entries.length, ...(section.wrapped ? ['task'] : [])]);
  };
  const move = (entry: Entry, by: number) => {
    const list = entry.place.slice(0, -1);
    const to = Number(entry.place.at(-1)) + by;
    if (to < 0) return;
    editing.edit((before) => before.move(entry.place, list, by > 0 ? to + 1 : to));
    onSelect([...list, to, ...entry.path.slice(entry.place.length)]);
  };

  const drawSection = (section: Section, depth: number): ReactNode => (
    <Box key={nameOf(section.path)} pl={depth * 12}>
      <Group justify="space-between" wrap="nowrap" pr={4} mt={depth === 0 ? 8 : 2}>
        <Text fz={11} fw={700} c="dimmed" tt={depth === 0 ? 'uppercase' : undefined}>{depth === 0 ? t(`forms.section.${section.name}`, section.name) : section.name}</Text>
        {!readOnly && (
          <ActionIcon size={24} aria-label={`${t(`forms.add.${section.what}`)}: ${nameOf(section.path)}`} onClick={() => setAdding(section)} data-add={nameOf(section.path)}><IconPlus size={14} /></ActionIcon>
        )}
      </Group>
      {section.entries.map((entry, i) => {
        const active = nameOf(entry.path) === nameOf(current);
        const wrong = [...problems.keys()].some((name) => name === nameOf(entry.path) || name.startsWith(nameOf(entry.path) + '.'));
        return (
          // by its name: what is moved keeps the focus
          <div key={`${entry.id} ${section.entries.slice(0, i).filter((one) => one.id === entry.id).length}`}>
            <Group gap={0} wrap="nowrap">
              <NavLink
                component="button" type="button" active={active} label={entry.id} description={shortType(entry.type)} onClick={() => onSelect(entry.path)} py={3} px={8} className="mr-nav-link" data-entry={entry.id}
                c={wrong ? 'var(--mr-failed)' : undefined} styles={{ label: { fontSize: 14 }, description: { fontSize: 11 } }}
                onKeyDown={(e: KeyboardEvent) => {
                  if (readOnly) return;
                  if (e.altKey && e.key === 'ArrowUp') { e.preventDefault(); move(entry, -1); }
                  if (e.altKey && e.key === 'ArrowDown' && i < section.entries.length - 1) { e.preventDefault(); move(entry, 1); }
                  if (e.key === 'Delete') {
                    const entries = () => [...document.querySelectorAll<HTMLElement>('[data-entry]')];
                    const at = entries().indexOf(e.currentTarget as unknown as HTMLElement);
                    editing.edit((before) => before.remove(entry.place));
                    // on to the one that is there now
                    requestAnimationFrame(() => (entries()[at] ?? entries()[at - 1])?.focus());
                  }
                }}
              />
            </Group>
            {entry.sections.map((inner) => drawSection(inner, depth + 1))}
          </div>
        );
      })}
    </Box>
  );

  return (
    <EditingContext value={editing}>
      <SourceContext value={source}>
        <Box className="mr-card mr-form-pane">
          <ScrollArea p={8} type="auto" scrollbarSize={6} offsetScrollbars="y" style={{ borderRight: '1px solid var(--mr-line)' }} component="nav" aria-label={t('forms.outline')}>
            <NavLink component="button" type="button" active={current.length === 0} label={t('forms.flow')} leftSection={<IconSettings size={15} />} onClick={() => onSelect([])} py={3} px={8} className="mr-nav-link" />
            {sections.map((section) => drawSection(section, 0))}
          </ScrollArea>
          <ScrollArea p="md" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('editor.form') }}>
            {current.length === 0 ? (
              <ObjectForm key="flow" path={[]} schema={book.root} without={LISTS} />
            ) : (
              <EntryForm key={nameOf(current)} path={current} book={book} readOnly={readOnly} onMove={move} onRemove={(entry) => { editing.edit((before) => before.remove(entry.place)); onSelect([]); }} sections={sections} />
            )}
          </ScrollArea>
        </Box>
        {adding && <TypePicker what={adding.what} onPick={(type) => add(adding, type)} onClose={() => setAdding(null)} />}
      </SourceContext>
    </EditingContext>
  );
}

interface EntryProps {
  path: Path;
  book: SchemaBook;
  readOnly: boolean;
  sections: readonly Section[];
  onMove: (entry: Entry, by: number) => void;
  onRemove: (entry: Entry) => void;
}

function EntryForm({ path, book, readOnly, sections, onMove, onRemove }: EntryProps) {
  const { t } = useTranslation();
  const { to } = useTenant();
  const [changing, setChanging] = useState(false);
  const found = findBoth(sections, (entry) => nameOf(entry.path) === nameOf(path));
  if (!found) return null;
  const { entry, section } = found;
  const at = Number(entry.place.at(-1));
  const schema = book.definition(section.what) ?? {};
  const step = (by: 1 | -1) => {
    onMove(entry, by);
    // the form is drawn anew at its new place: whoever uses keys goes on there
    const button = (way: number) => document.querySelector<HTMLElement>(`[data-step="${way}"]:enabled`);
    requestAnimationFrame(() => (button(by) ?? button(-by))?.focus());
  };
  return (
    <>
      <Group justify="space-between" mb="sm" wrap="nowrap" align="flex-start">
        <div>
          <Title order={2}>{entry.id}</Title>
          <Group gap="xs">
            {section.what === 'input' ? <Text size="xs" className="mr-mono" c="dimmed">{entry.type}</Text> : <Text size="xs"><TextLink to={to('plugins', entry.type)} mono>{entry.type}</TextLink></Text>}
            {!readOnly && <Button size="compact-xs" variant="default" onClick={() => setChanging(true)}>{t('forms.changeType')}</Button>}
          </Group>
        </div>
        {!readOnly && (
          <Group gap={2} wrap="nowrap">
            <ActionIcon aria-label={t('forms.up')} disabled={at === 0} onClick={() => step(-1)} data-step={-1}><IconArrowUp size={16} /></ActionIcon>
            <ActionIcon aria-label={t('forms.down')} disabled={at >= section.entries.length - 1} onClick={() => step(1)} data-step={1}><IconArrowDown size={16} /></ActionIcon>
            <ActionIcon color="red" aria-label={t('forms.remove', { name: entry.id })} onClick={() => onRemove(entry)}><IconTrash size={16} /></ActionIcon>
          </Group>
        )}
      </Group>
      {section.wrapped && <DependsOn entry={entry} section={section} readOnly={readOnly} />}
      <ObjectForm path={path} schema={schema} withType={false} />
      {changing && <ChangeType path={path} what={section.what} onClose={() => setChanging(false)} />}
    </>
  );
}

/** What a task of a Dag waits for: others of the same Dag. */
function DependsOn({ entry, section, readOnly }: { entry: Entry; section: Section; readOnly: boolean }) {
  const { t } = useTranslation();
  const { edit } = useEditing();
  const source = useSource();
  const path = [...entry.place, 'dependsOn'];
  const written = source.get(path);
  const value = Array.isArray(written) ? written.map(String) : [];
  const others = section.entries.filter((one) => one !== entry).map((one) => one.id);
  return (
    <MultiSelect
      mb="sm" label={t('forms.dependsOn')} description={t('forms.dependsOnText')} clearable readOnly={readOnly} data={[...new Set([...others, ...value])]} value={value} data-field={nameOf(path)}
      onChange={(next) => edit((before) => (next.length === 0 ? before.remove(path) : before.set(path, next)))}
    />
  );
}

function ChangeType({ path, what, onClose }: { path: Path; what: Section['what']; onClose: () => void }) {
  const editing = useEditing();
  return <TypePicker what={what} onClose={onClose} onPick={(type) => { editing.edit((source) => source.set([...path, 'type'], type)); onClose(); }} />;
}
