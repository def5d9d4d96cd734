// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Badge, Button, Group, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconEdit, IconHistory, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { path } from '../../api/client';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { useFilters } from '../../app/url';
import { Await, Empty, PageHeader, PageTitle, Time } from '../../components/basics';
import { EXAMPLES } from '../../components/examples';
import { useConfirm } from '../../components/confirm';
import { FilterBar, NamespaceFilter, SearchFilter } from '../../components/filters';
import { FormDialog } from '../../components/FormDialog';
import { labelsOf, LabelsInput } from '../../components/LabelsInput';
import { ListView } from '../../components/ListView';

interface Secret {
  key: string;
  description?: string;
  version: number;
  tags: { key: string; value: string }[];
  rotatedAt: string;
  rotateEvery?: string;
  rotateAt?: string;
}

/** Secrets have names here; their values are seen by tasks alone. */
export default function SecretsPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageTitle title={t('nav.secrets')} />
      <SecretList />
    </>
  );
}

/** Secrets of one namespace, or of the one that is chosen. */
export function SecretList({ namespace: fixed }: { namespace?: string }) {
  const { t } = useTranslation();
  const { can } = useTenant();
  const filters = useFilters();
  const namespace = fixed ?? filters.get('namespace');
  const [open, setOpen] = useState<Partial<Secret> | null>(null);
  const add = namespace && can('SECRET_UPDATE', namespace) && <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({})}>{t('secrets.add')}</Button>;
  return (
    <>
      {!fixed && <PageHeader title={t('nav.secrets')} sub={t('secrets.sub')}>{add}</PageHeader>}
      <FilterBar filters={filters} right={fixed ? add : undefined}>
        {!fixed && <NamespaceFilter filters={filters} />}
        {namespace && <SearchFilter filters={filters} label={t('secrets.search')} />}
      </FilterBar>
      {namespace ? <Secrets namespace={namespace} onEdit={setOpen} /> : <Empty title={t('secrets.pick')}>{t('secrets.pickText')}</Empty>}
      {open && <SecretDialog base={baseOf(namespace)} secret={open} onClose={() => setOpen(null)} />}
    </>
  );
}

const baseOf = (namespace: string) => `namespaces/${path(namespace)}/secrets`;

function Secrets({ namespace, onEdit }: { namespace: string; onEdit: (secret: Secret) => void }) {
  const { t } = useTranslation();
  const { api, to, can } = useTenant();
  const filters = useFilters();
  const confirm = useConfirm();
  const base = baseOf(namespace);
  const inherited = useQuery({
    queryKey: [api.tenant, 'secrets', 'inherited', namespace],
    queryFn: () => api.get<Record<string, string[]>>(`namespaces/${path(namespace)}/inherited-secrets`),
  });
  const remove = useChange((key: string) => api.delete(`${base}/${path(key)}`), { done: t('secrets.deleted'), touches: ['secrets'] });
  return (
    <Stack>
      <ListView<Secret>
        topic="secrets" path={base} query={{ q: filters.get('q') }} label={t('nav.secrets')} keyOf={(row) => row.key} 
        empty={filters.get('q') ? <Empty title={t('secrets.noneFound')}>{t('common.noneFoundText')}</Empty> : <Empty title={t('secrets.none')} example={EXAMPLES.secret}>{t('secrets.noneText')}</Empty>}
        columns={[
          { head: t('kv.key'), cell: (row) => <><b className="mr-mono">{row.key}</b>{row.description && <Text size="xs" c="dimmed">{row.description}</Text>}</> },
          { head: t('metrics.tags'), cell: (row) => <Group gap={4}>{row.tags.map((tag) => <Badge key={tag.key} size="sm" variant="light" color="gray" tt="none">{tag.key}: {tag.value}</Badge>)}</Group> },
          { head: t('secrets.rotatedAt'), cell: (row) => <Time at={row.rotatedAt} /> },
          { head: t('secrets.rotateAt'), cell: (row) => <Time at={row.rotateAt} /> },
          { head: t('kv.version'), cell: (row) => row.version, right: true },
          {
            head: '', right: true,
            cell: (row) => (
              <Group gap={2} justify="flex-end" wrap="nowrap">
                {can('AUDIT_READ', '') && <ActionIcon component={Link} to={`${to('audit')}?action=secret.read&resource=${encodeURIComponent(`secret/${namespace}/${row.key}`)}`} aria-label={t('secrets.readers', { key: row.key })}><IconHistory size={16} /></ActionIcon>}
                {can('SECRET_UPDATE', namespace) && <ActionIcon aria-label={t('secrets.rotate', { key: row.key })} onClick={() => onEdit(row)}><IconEdit size={16} /></ActionIcon>}
                {can('SECRET_DELETE', namespace) && <ActionIcon aria-label={t('secrets.delete', { key: row.key })} onClick={() => void confirm({ title: t('secrets.delete', { key: row.key }), text: t('secrets.deleteText'), confirm: t('common.delete'), danger: true }).then((yes) => yes && remove.mutate(row.key))}><IconTrash size={16} /></ActionIcon>}
              </Group>
            ),
          },
        ]}
      />
      <Await query={inherited}>
        {(above) => {
          const entries = Object.entries(above).filter(([, keys]) => keys.length > 0);
          return entries.length === 0 ? null : (
            <div className="mr-card" style={{ padding: 14 }}>
              <Title order={2} mb={6}>{t('secrets.inherited')}</Title>
              {entries.map(([from, keys]) => <Text size="sm" key={from}><span className="mr-mono">{from}</span>: {keys.join(', ')}</Text>)}
            </div>
          );
        }}
      </Await>
    </Stack>
  );
}

function SecretDialog({ base, secret, onClose }: { base: string; secret: Partial<Secret>; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const known = secret.key !== undefined;
  const [key, setKey] = useState(secret.key ?? '');
  const [value, setValue] = useState('');
  const [description, setDescription] = useState(secret.description ?? '');
  const [tags, setTags] = useState(secret.tags?.map((tag) => `${tag.key}:${tag.value}`) ?? []);
  const [rotateEvery, setRotateEvery] = useState(secret.rotateEvery ?? '');
  const said = { description, tags: labelsOf(tags), rotateEvery };
  const save = useChange(() => (value ? api.put(base, { key, value, ...said }) : api.patch(`${base}/${path(key)}`, said)), { done: t('secrets.saved'), touches: ['secrets'], then: onClose });
  return (
    <FormDialog title={known ? t('secrets.rotate', { key }) : t('secrets.add')} submit={t('common.save')} busy={save.isPending} disabled={!key || (!known && !value)} onSubmit={() => save.mutate(undefined)} onClose={onClose}>
      {!known && <TextInput data-autofocus required label={t('kv.key')} value={key} onChange={(e) => setKey(e.currentTarget.value)} />}
      <PasswordInput label={t('common.value')} description={known ? t('secrets.keepValue') : undefined} required={!known} autoComplete="off" value={value} onChange={(e) => setValue(e.currentTarget.value)} />
      <TextInput label={t('common.description')} value={description} onChange={(e) => setDescription(e.currentTarget.value)} />
      <LabelsInput label={t('metrics.tags')} value={tags} onChange={setTags} />
      <TextInput label={t('secrets.rotateEvery')} placeholder="P90D" value={rotateEvery} onChange={(e) => setRotateEvery(e.currentTarget.value)} />
    </FormDialog>
  );
}
