// SPDX-License-Identifier: Apache-2.0
import type { InputDefinition } from './types';

/** A value that can be selected, and what is shown for it. */
export interface Option {
  value: string;
  label: string;
}

/** What can be selected, each value once. */
export function optionsOf(input: Pick<InputDefinition, 'values'>): Option[] {
  const options = new Map<string, Option>();
  for (const one of input.values ?? []) {
    const option = typeof one === 'string' ? { value: one, label: one } : one;
    if (!options.has(option.value)) options.set(option.value, option);
  }
  return [...options.values()];
}
