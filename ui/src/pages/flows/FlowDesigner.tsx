// SPDX-License-Identifier: Apache-2.0
import { Box, Group, SegmentedControl } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowGraph } from '../../api/types';
import { useTenant } from '../../app/context';
import { setPreferences, usePreferences } from '../../app/preferences';
import { Await } from '../../components/basics';
import { Dialog } from '../../components/Dialog';
import { ErrorCount, FirstError } from '../../components/Errors';
import { CodeEditor } from '../../editor/CodeEditor';
import { FlowSource } from '../../editor/flowDocument';
import type { Path } from '../../editor/schema';
import { useCheck } from '../../editor/useCheck';
import { FormPane } from '../../forms/FormPane';
import { EditingContext } from '../../forms/edit';
import { findEntry, insertAfter, moveBeside, moveBy, outline } from '../../forms/outline';
import { TypePicker } from '../../forms/TypePicker';
import { Topology, type GraphEditing } from '../../topology/Topology';
import { DocPane } from './DocPane';
import { useFlowSchema } from './useSchema';

interface Props {
  text: string;
  /** The text as it was a moment ago, for what is too dear to be done at each key. */
  settled: string;
  onChange: (text: string) => void;
  onSave: () => void;
  readOnly: boolean;
  actions?: ReactNode;
}

const PANES = { yaml: 'minmax(0, 1fr)', docs: 'minmax(0, 1fr) minmax(0, 1fr)', split: 'minmax(0, 1fr) minmax(0, 1fr)', form: 'minmax(0, 1.15fr) minmax(0, 1fr)' };

/** A flow as text and as a picture, side by side and always the same. */
export function FlowDesigner({ text, settled, onChange, onSave, readOnly, actions }: Props) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const { book: schema, query: schemaQuery } = useFlowSchema();
  const { editor } = usePreferences();
  const { problems, errors, check } = useCheck('flows/validate');
  const [reveal, setReveal] = useState<{ from: number; to: number; turn: number } | undefined>();

  const graph = useQuery({
    queryKey: [api.tenant, 'graph', settled],
    queryFn: ({ signal }) => api.yaml<FlowGraph>('POST', 'flows/graph', settled, undefined, undefined, signal),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 30_000,
    enabled: (editor === 'split' || editor === 'form') && settled.trim() !== '',
  });
  const [cursor, setCursor] = useState(0);
  const [selected, setSelected] = useState<Path>([]);
  const latestSave = useRef(onSave);
  useLayoutEffect(() => {
    latestSave.current = onSave;
  });
  const byPath = useMemo(() => new Map(problems.flatMap((problem) => (problem.field ? [[problem.field, problem.message] as const] : []))), [problems]);
  // forms have no editor that would ask
  useEffect(() => {
    if (editor === 'form' && settled.trim() !== '') void check(settled).catch(() => undefined);
  }, [editor, settled, check]);
  const pick = (taskId: string) => {
    if (editor === 'form') {
      const entry = findEntry(outline(new FlowSource(text).value()), taskId);
      if (entry) setSelected(entry.path);
      return;
    }
    const found = new RegExp(`^\\s*(?:-\\s+)?id:\\s*["']?${taskId.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}["']?\\s*$`, 'm').exec(text);
    if (found) setReveal((before) => ({ from: found.index + found[0].length - found[0].trimStart().length, to: found.index + found[0].length, turn: (before?.turn ?? 0) + 1 }));
  };
  // an input may be called like a task, and isn't in the picture
  const pickedId = useMemo(() => (selected.length > 0 && selected[0] !== 'inputs' ? String((new FlowSource(settled).get([...selected, 'id']) as string | undefined) ?? '') : undefined), [selected, settled]);
  const [addAfter, setAddAfter] = useState<string | null>(null);
  const change = (edit: (source: FlowSource) => FlowSource) => {
    const source = new FlowSource(text);
    if (source.problem) return;
    const next = edit(source);
    if (next.text !== source.text) onChange(next.text);
  };
  const graphEditing: GraphEditing | undefined = readOnly ? undefined : {
    move: (id, beside, after) => change((source) => moveBeside(source, id, beside, after)),
    step: (id, by) => change((source) => moveBy(source, id, by)),
    addAfter: setAddAfter,
  };

  return (
    <Box
      h="calc(100dvh - 246px)" mih={420} style={{ display: 'flex', flexDirection: 'column', gap: 10 }}
      onKeyDown={(event) => {
        // the editor takes it itself
        if (event.key !== 's' || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
        event.preventDefault();
        // what is being typed goes to the source when its field is left
        const field = event.target as HTMLElement;
        field.blur();
        field.focus();
        requestAnimationFrame(() => latestSave.current());
      }}
    >
      <Group justify="space-between">
        <SegmentedControl
          size="xs" value={editor} onChange={(value) => setPreferences({ editor: value as typeof editor })} aria-label={t('editor.view')}
          data={[{ value: 'yaml', label: t('editor.yaml') }, { value: 'split', label: t('editor.split') }, { value: 'docs', label: t('editor.docs') }, { value: 'form', label: t('editor.form') }]}
        />
        <Group gap="xs">
          <ErrorCount errors={errors} />
          {actions}
        </Group>
      </Group>
      <FirstError errors={errors} />
      <Box className="mr-panes" style={{ flex: 1 }} __vars={{ '--panes': PANES[editor] }}>
        {editor === 'form' && (schema
          ? <FormPane text={text} onChange={onChange} book={schema} readOnly={readOnly} problems={byPath} selected={selected} onSelect={setSelected} />
          : <Box className="mr-card" p="md"><Await query={schemaQuery}>{() => null}</Await></Box>
        )}
        {editor !== 'form' && <CodeEditor label={t('editor.source')} value={text} onChange={onChange} onSave={onSave} readOnly={readOnly} schema={schema} check={check} reveal={reveal} onCursor={setCursor} />}
        {editor === 'docs' && <DocPane text={settled} cursor={cursor} book={schema} />}
        {(editor === 'split' || editor === 'form') && (
          <Box className="mr-card" mih={0}>
            {graph.data && <Topology graph={graph.data} onPick={pick} picked={editor === 'form' ? pickedId : undefined} editing={graphEditing} />}
          </Box>
        )}
      </Box>
      {addAfter !== null && !schema && (
        <Dialog onClose={() => setAddAfter(null)} title={t('forms.pick.task')}>
          <Await query={schemaQuery}>{() => null}</Await>
        </Dialog>
      )}
      {addAfter !== null && schema && (
        <EditingContext value={{ book: schema, readOnly, problems: byPath, edit: change, select: setSelected }}>
          <TypePicker what="task" onClose={() => setAddAfter(null)} onPick={(type) => { change((source) => insertAfter(source, addAfter, type)); setAddAfter(null); }} />
        </EditingContext>
      )}
    </Box>
  );
}
