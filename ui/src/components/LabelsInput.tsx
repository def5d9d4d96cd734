// SPDX-License-Identifier: Apache-2.0
import { TagsInput, type TagsInputProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Label } from '../api/types';

/** Labels as they are written: `key:value`. */
export function labelsOf(texts: readonly string[]): Label[] {
  return texts.map((text) => ({ key: text.slice(0, text.indexOf(':')), value: text.slice(text.indexOf(':') + 1) }));
}

/** A field for labels; what has no key isn't taken. It proposes none: a list that is open and empty would take Escape from a dialogue. */
export function LabelsInput({ onChange, ...props }: TagsInputProps & { value: string[]; onChange: (labels: string[]) => void }) {
  const { t } = useTranslation();
  return <TagsInput dropdownOpened={false} label={t('common.labels')} placeholder={props.value.length > 0 ? undefined : t('common.labelsHint')} {...props} onChange={(next) => onChange(next.filter((label) => label.indexOf(':') > 0))} />;
}
