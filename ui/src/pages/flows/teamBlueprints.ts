// SPDX-License-Identifier: Apache-2.0
import type { InputDefinition } from '../../api/types';
import type { InputValues } from '../../components/InputsForm';

/** A blueprint as lists have it. */
export interface TeamBlueprint {
  id: string;
  title: string;
  description?: string;
  /** What a template asks for, by id. */
  template?: { templateArguments: Record<string, Partial<InputDefinition>> };
}

export function argumentsOf({ template }: TeamBlueprint): InputDefinition[] {
  return Object.entries(template?.templateArguments ?? {}).map(([id, written]) => ({ type: 'STRING', ...written, id }));
}

/** What is sent of what was filled in: values of their types; what was left empty takes its default. */
export function valuesOf(inputs: readonly InputDefinition[], values: InputValues): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const { id, type } of inputs) {
    const value = values[id];
    if (value === undefined || value === null || value === '' || value instanceof File) continue;
    sent[id] = typeof value === 'string' ? typed(type, value) : value;
  }
  return sent;
}

function typed(type: string, text: string): unknown {
  switch (type) {
    case 'INT':
    case 'FLOAT':
      return Number(text);
    case 'BOOL':
    case 'BOOLEAN':
      return text === 'true';
    case 'JSON':
    case 'ARRAY':
    case 'MULTISELECT':
      try {
        return JSON.parse(text) as unknown;
      } catch {
        return text;
      }
    default:
      return text;
  }
}
