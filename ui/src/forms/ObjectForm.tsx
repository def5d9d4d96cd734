// SPDX-License-Identifier: Apache-2.0
import { Select, Stack } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isRecord, type Path, type Schema } from '../editor/schema';
import { useEditing } from './edit';
import { Field } from './fields';
import { useSource } from './source';

/** Keys that have a place of their own. */
const ELSEWHERE = new Set(['type', 'tenantId', 'deleted', 'source', 'updated', 'created', 'revision', 'listeners', 'taskDefaults', 'workerSelector', 'assets', 'version']);
/** Rarely set: shown when they are, or when asked for. */
const MOST_SHOWN = 10;

interface Props {
  path: Path;
  schema: Schema;
  /** Left out because the page shows them otherwise. */
  without?: ReadonlySet<string>;
  withType?: boolean;
}

/**
 * A form for an object: what it must have, what it has, and what its own type adds. All else it may have is one choice
 * away.
 */
export function ObjectForm({ path, schema, without, withType = true }: Props) {
  const { t } = useTranslation();
  const { book, readOnly } = useEditing();
  const source = useSource();
  const value = source.get(path);
  const [added, setAdded] = useState<readonly string[]>([]);
  const written = useMemo(() => (isRecord(value) ? value : {}), [value]);
  const shape = useMemo(() => book.shape(schema, written), [book, schema, written]);
  const all = [...shape.properties].filter(([name]) => !(without?.has(name) ?? false) && (!ELSEWHERE.has(name) || (name === 'type' && withType)));
  const shown = new Set<string>(added);
  let own = 0;
  for (const [name] of all) {
    if (shape.required.has(name) || name in written) shown.add(name);
    else if (own < MOST_SHOWN && !COMMON.has(name)) {
      own++;
      shown.add(name);
    }
  }
  const fields = all.filter(([name]) => shown.has(name)).sort(([a], [b]) => rank(a, shape.required) - rank(b, shape.required));
  const hidden = all.filter(([name]) => !shown.has(name)).map(([name]) => name).sort();
  return (
    <Stack gap="sm">
      {fields.map(([name, property]) => <Field key={name} name={name} path={[...path, name]} schema={property} value={written[name]} required={shape.required.has(name)} />)}
      {hidden.length > 0 && !readOnly && (
        <Select
          searchable value={null} data={hidden} placeholder={t('forms.more', { count: hidden.length })} aria-label={t('forms.more', { count: hidden.length })} data-more
          onChange={(name) => name && setAdded((before) => [...before, name])}
        />
      )}
    </Stack>
  );
}

const COMMON = new Set([
  'description', 'retry', 'timeout', 'disabled', 'workerGroup', 'logLevel', 'allowFailure', 'allowWarning', 'logToFile', 'runIf', 'when', 'taskCache', 'conditions', 'stopAfter', 'labels', 'inputs', 'interval',
  'allowConcurrent', 'failOnTriggerError', 'pluginDefaults', 'concurrency', 'sla', 'checks', 'outputs', 'variables', 'errors', 'finally', 'afterExecution',
]);

function rank(name: string, required: ReadonlySet<string>): number {
  return name === 'id' ? 0 : name === 'type' ? 1 : name === 'namespace' ? 2 : required.has(name) ? 3 : name === 'description' ? 4 : 5;
}
