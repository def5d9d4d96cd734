// SPDX-License-Identifier: Apache-2.0
import i18next from 'i18next';

/** What the editor itself says, in the reader's language. */
export function phrases(): Record<string, string> {
  return i18next.getResource(i18next.language, 'translation', 'codeMirror') as Record<string, string>;
}
