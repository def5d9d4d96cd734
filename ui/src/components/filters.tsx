// SPDX-License-Identifier: Apache-2.0
import { Autocomplete, Button, Group, MultiSelect, TextInput, type AutocompleteProps } from '@mantine/core';
import { useDebouncedCallback, useDebouncedValue } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { STATES } from '../api/types';
import { useTenant } from '../app/context';
import type { useFilters } from '../app/url';
import { LabelsInput } from './LabelsInput';

type Filters = ReturnType<typeof useFilters>;

/** Text that becomes a filter when typing pauses. `/` puts the cursor here. */
export function SearchFilter({ filters, name = 'q', label, width = 260 }: { filters: Filters; name?: string; label: string; width?: number }) {
  const kept = filters.get(name);
  const [text, setText] = useState(kept);
  const input = useRef<HTMLInputElement>(null);
  const settled = useRef(kept);
  useEffect(() => {
    if (kept !== settled.current) {
      settled.current = kept;
      setText(kept);
    }
  }, [kept]);
  const apply = useDebouncedCallback((value: string) => {
    settled.current = value;
    filters.set({ [name]: value });
  }, 300);
  return (
    <TextInput
      ref={input} w={width} leftSection={<IconSearch size={16} />} placeholder={label} aria-label={label} value={text} data-search
      onChange={(event) => {
        setText(event.currentTarget.value);
        apply(event.currentTarget.value);
      }}
    />
  );
}

/** A namespace that becomes a filter when typing pauses. */
export function NamespaceFilter({ filters }: { filters: Filters }) {
  const { t } = useTranslation();
  const kept = filters.get('namespace');
  const [text, setText] = useState(kept);
  const [shown, setShown] = useState(kept);
  if (shown !== kept) {
    setShown(kept);
    setText(kept);
  }
  const apply = (namespace: string) => filters.set({ namespace });
  const settle = useDebouncedCallback(apply, 300);
  return (
    <NamespaceField
      w={220} aria-label={t('common.namespace')} placeholder={t('common.namespace')} value={text}
      onChange={(next) => {
        setText(next);
        settle(next);
      }}
      onOptionSubmit={apply}
    />
  );
}

/** A namespace in a form: what is written counts at once, as whoever sends the form the next moment means it. */
export function NamespaceInput({ value, onChange, label, required, error }: { value: string; onChange: (value: string) => void; label: string; required?: boolean; error?: string }) {
  return <NamespaceField label={label} placeholder={label} value={value} onChange={onChange} required={required} error={error} />;
}

/** Proposes the namespaces that are there. */
function NamespaceField(props: AutocompleteProps & { value: string }) {
  const { api, can } = useTenant();
  const [asked] = useDebouncedValue(props.value, 200);
  const names = useQuery({
    queryKey: [api.tenant, 'namespaces', asked],
    queryFn: ({ signal }) => api.get<string[]>('flows/distinct-namespaces', { q: asked }, signal),
    enabled: can('FLOW_READ'),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  return <Autocomplete {...props} data={names.data ?? []} limit={50} clearable />;
}

export function StateFilter({ filters }: { filters: Filters }) {
  const { t } = useTranslation();
  const chosen = filters.all('state');
  return (
    <MultiSelect
      miw={180} maw={420} aria-label={t('common.state')} placeholder={chosen.length ? undefined : t('common.state')} clearable
      data={STATES.map((state) => ({ value: state, label: t(`state.${state}`) }))} value={chosen} onChange={(state) => filters.set({ state })}
    />
  );
}

export function LabelFilter({ filters }: { filters: Filters }) {
  const { t } = useTranslation();
  const chosen = filters.all('labels');
  return (
    <LabelsInput label={undefined} miw={180} maw={360} aria-label={t('common.labels')} placeholder={chosen.length > 0 ? undefined : `${t('common.labels')} (${t('common.labelsHint')})`} clearable splitChars={[',', ' ']} value={chosen} onChange={(labels) => filters.set({ labels })} />
  );
}

export function FilterBar({ filters, children, right }: { filters: Filters; children: ReactNode; right?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Group mb="sm" gap="xs" align="flex-start" role="search" className="mr-filters">
      {children}
      {filters.any && (
        <Button variant="subtle" color="gray" leftSection={<IconX size={14} />} onClick={filters.clear}>
          {t('common.clearFilters')}
        </Button>
      )}
      <Group ml="auto" gap="xs">{right}</Group>
    </Group>
  );
}
