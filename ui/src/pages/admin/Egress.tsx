// SPDX-License-Identifier: Apache-2.0
import { Badge, Button, Group, Stack, TagsInput, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { seen, type Api, type Versioned } from '../../api/client';
import { useChange } from '../../app/hooks';
import { Await } from '../../components/basics';

const LISTS = ['allow', 'deny', 'only'] as const;
type Rules = Record<(typeof LISTS)[number], string[]>;

/** Where tasks of a tenant may connect to. */
export function Egress({ api, path, writable }: { api: Api; path: string; writable: boolean }) {
  const { t } = useTranslation();
  // while somebody writes, nothing is read in its place
  const rules = useQuery({ queryKey: [api.scope, 'egress', path], queryFn: () => api.getVersioned<Rules>(path), staleTime: Infinity, gcTime: 0 });
  return (
    <Stack maw={720}>
      <Text size="sm" c="dimmed">{t('egress.text')}</Text>
      <Await query={rules}>{(read) => (writable ? <RulesForm key={read.etag} api={api} path={path} read={read} /> : <RulesShown rules={read.value} />)}</Await>
    </Stack>
  );
}

function RulesForm({ api, path, read }: { api: Api; path: string; read: Versioned<Rules> }) {
  const { t } = useTranslation();
  const [rules, setRules] = useState(read.value);
  const save = useChange(() => api.put(path, rules, undefined, seen(read.etag)), { done: t('egress.saved'), touches: ['egress'] });
  return (
    <form onSubmit={(e) => { e.preventDefault(); save.mutate(undefined); }}>
      <Stack>
        {LISTS.map((list) => (
          <TagsInput
            key={list} label={t(`egress.${list}`)} description={t(`egress.${list}Text`)} placeholder={rules[list].length > 0 ? undefined : t('egress.hint')} acceptValueOnBlur splitChars={[',', ' ']} value={rules[list]}
            onChange={(next) => setRules((now) => ({ ...now, [list]: next }))}
          />
        ))}
        <Group justify="flex-end"><Button type="submit" loading={save.isPending}>{t('common.save')}</Button></Group>
      </Stack>
    </form>
  );
}

function RulesShown({ rules }: { rules: Rules }) {
  const { t } = useTranslation();
  return LISTS.map((list) => (
    <div key={list}>
      <Title order={2}>{t(`egress.${list}`)}</Title>
      <Text size="sm" c="dimmed">{t(`egress.${list}Text`)}</Text>
      <Group gap="xs" mt={4}>{rules[list].length === 0 ? <Text size="sm">{t(`egress.${list}None`)}</Text> : rules[list].map((rule) => <Badge key={rule} variant="light" color="gray" tt="none" className="mr-mono">{rule}</Badge>)}</Group>
    </div>
  ));
}
