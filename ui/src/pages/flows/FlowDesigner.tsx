// SPDX-License-Identifier: Apache-2.0
import { Alert, Box, Group, Modal, SegmentedControl, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowGraph, Validation } from '../../api/types';
import { useTenant } from '../../app/context';
import { setPreferences, usePreferences } from '../../app/preferences';
import { Await } from '../../components/basics';
import { CodeEditor, type Marker } from '../../editor/CodeEditor';
import { FlowSource } from '../../editor/flowDocument';
import type { Path } from '../../editor/schema';
import { FormPane } from '../../forms/FormPane';
import { EditingContext } from '../../forms/edit';
import { findEntry, insertAfter, moveBeside, moveBy, outline } from '../../forms/outline';
import { TypePicker } from '../../forms/TypePicker';
import { Topology, type GraphEditing } from '../../topology/Topology';
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

/** A flow as text and as a picture, side by side and always the same. */
export function FlowDesigner({ text, settled, onChange, onSave, readOnly, actions }: Props) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const { book: schema, query: schemaQuery } = useFlowSchema();
  const { editor } = usePreferences();
  const [problems, setProblems] = useState<(Marker & { field?: string })[]>([]);
  const asked = useRef(0);
  const [reveal, setReveal] = useState<{ from: number; to: number; turn: number } | undefined>();

  const check = useCallback(
    async (source: string): Promise<Marker[]> => {
      const turn = ++asked.current;
      const [result] = await api.yaml<Validation[]>('POST', 'flows/validate', source);
      const markers: (Marker & { field?: string })[] = [
        ...(result?.errors ?? []).map((error) => ({ line: error.line ?? 1, column: error.column, message: `${error.field ? error.field + ': ' : ''}${error.message}`, field: error.field, severity: 'error' as const })),
        ...(result?.warnings ?? []).map((message) => ({ line: 1, message, severity: 'warning' as const })),
        ...(result?.infos ?? []).map((message) => ({ line: 1, message, severity: 'info' as const })),
      ];
      // an answer may come after that to a later question
      if (turn === asked.current) setProblems(markers);
      return markers;
    },
    [api],
  );
  const graph = useQuery({
    queryKey: [api.tenant, 'graph', settled],
    queryFn: ({ signal }) => api.yaml<FlowGraph>('POST', 'flows/graph', settled, undefined, undefined, signal),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 30_000,
    enabled: editor !== 'yaml' && settled.trim() !== '',
  });
  const [selected, setSelected] = useState<Path>([]);
  const byPath = useMemo(() => new Map(problems.flatMap((problem) => (problem.field ? [[problem.field, problem.message] as const] : []))), [problems]);
  // forms have no editor that would ask
  useEffect(() => {
    if (editor === 'form' && settled.trim() !== '') void check(settled).catch(() => undefined);
  }, [editor, settled, check]);
  const errors = problems.filter((problem) => problem.severity === 'error');
  const pick = (taskId: string) => {
    if (editor === 'form') {
      const entry = findEntry(outline(new FlowSource(text).value()), taskId);
      if (entry) setSelected(entry.path);
      return;
    }
    const found = new RegExp(`^\\s*(?:-\\s+)?id:\\s*["']?${taskId.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}["']?\\s*$`, 'm').exec(text);
    if (found) setReveal((before) => ({ from: found.index + found[0].length - found[0].trimStart().length, to: found.index + found[0].length, turn: (before?.turn ?? 0) + 1 }));
  };
  const pickedId = useMemo(() => (selected.length > 0 ? String((new FlowSource(settled).get([...selected, 'id']) as string | undefined) ?? '') : undefined), [selected, settled]);
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
  const panes = useMemo(() => ({ yaml: '1fr', split: 'minmax(0, 1fr) minmax(0, 1fr)', form: 'minmax(0, 1.15fr) minmax(0, 1fr)' })[editor], [editor]);

  return (
    <Box h="calc(100dvh - 246px)" mih={420} style={{ display: 'flex', flexDirection: 'column', gap: 10 }}>
      <Group justify="space-between">
        <SegmentedControl
          size="xs" value={editor} onChange={(value) => setPreferences({ editor: value as typeof editor })} aria-label={t('editor.view')}
          data={[{ value: 'yaml', label: t('editor.yaml') }, { value: 'split', label: t('editor.split') }, { value: 'form', label: t('editor.form') }]}
        />
        <Group gap="xs">
          <Text size="xs" c={errors.length ? 'var(--mr-failed)' : 'dimmed'} role="status">
            {errors.length ? t('editor.errors', { count: errors.length }) : t('editor.valid')}
          </Text>
          {actions}
        </Group>
      </Group>
      {errors[0] && (
        <Alert color="red" variant="light" p="xs" styles={{ message: { color: 'var(--mantine-color-text)' } }}>
          <Text size="sm">{t('common.line', { line: errors[0].line })}: {errors[0].message}</Text>
        </Alert>
      )}
      <Box style={{ flex: 1, minHeight: 0, display: 'grid', gap: 10, gridTemplateColumns: panes }}>
        {editor === 'form' && (schema
          ? <FormPane text={text} onChange={onChange} book={schema} readOnly={readOnly} problems={byPath} selected={selected} onSelect={setSelected} />
          : <Box className="mr-card" p="md"><Await query={schemaQuery}>{() => null}</Await></Box>
        )}
        {editor !== 'form' && <CodeEditor label={t('editor.source')} value={text} onChange={onChange} onSave={onSave} readOnly={readOnly} schema={schema} check={check} reveal={reveal} />}
        {editor !== 'yaml' && (
          <Box className="mr-card" mih={0}>
            {graph.data && <Topology graph={graph.data} onPick={pick} picked={editor === 'form' ? pickedId : undefined} editing={graphEditing} />}
          </Box>
        )}
      </Box>
      {addAfter !== null && !schema && (
        <Modal opened onClose={() => setAddAfter(null)} title={t('forms.pick.task')} closeButtonProps={{ 'aria-label': t('common.close') }}>
          <Await query={schemaQuery}>{() => null}</Await>
        </Modal>
      )}
      {addAfter !== null && schema && (
        <EditingContext value={{ book: schema, readOnly, problems: byPath, edit: change, select: setSelected }}>
          <TypePicker what="task" onClose={() => setAddAfter(null)} onPick={(type) => { change((source) => insertAfter(source, addAfter, type)); setAddAfter(null); }} />
        </EditingContext>
      )}
    </Box>
  );
}
