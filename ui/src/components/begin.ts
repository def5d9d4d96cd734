// SPDX-License-Identifier: Apache-2.0

/**
 * For the `ref` of what shows some time after its dialogue has opened: puts the cursor into the first field that is asked
 * for, else onto what is to be pressed. Else it would stay where it closes the dialogue.
 */
export function begin(content: HTMLElement | null): void {
  const first = content?.querySelector<HTMLElement>('.mr-inputs :is(input, textarea)') ?? content?.querySelector<HTMLElement>('[data-autofocus]');
  first?.focus();
}
