// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Alert, Badge, Button, Group, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { path, type Api } from '../api/client';
import { useTenant } from '../app/context';
import { useChange } from '../app/hooks';
import { Await, CopyButton, Time } from './basics';
import { useConfirm } from './confirm';

interface Token {
  id: string;
  name: string;
  prefix: string;
  exp: string;
  lastUsed?: string;
  expired?: boolean;
}

/** How long a token may hold; else as long as the installation has it. */
const LIVES = ['P7D', 'P30D', 'P90D', 'P365D'];

/**
 * Tokens of the API, made and revoked here.
 *
 * @param props.api where they aren't the tenant's
 * @param props.base where they are: of a service account, of a user, or the reader's own
 * @param props.writable whether they may be revoked, and made unless `mayAdd` says otherwise
 */
export function Tokens({ api: other, base, writable, mayAdd = writable }: { api?: Api; base: string; writable: boolean; mayAdd?: boolean }) {
  const { t } = useTranslation();
  const { api: own } = useTenant();
  const api = other ?? own;
  const [name, setName] = useState('');
  const [maxAge, setMaxAge] = useState<string | null>(null);
  const [fresh, setFresh] = useState<string | null>(null);
  const confirm = useConfirm();
  const tokens = useQuery({ queryKey: [api.scope, 'tokens', base], queryFn: () => api.get<{ results: Token[] }>(base) });
  const add = useChange(() => api.post<{ fullToken: string }>(base, { name, ...(maxAge && { maxAge }) }), { touches: ['tokens'], then: (made) => { setFresh(made.fullToken); setName(''); } });
  const remove = useChange((id: string) => api.delete(`${base}/${path(id)}`), { touches: ['tokens'] });
  return (
    <Stack>
      {fresh && (
        <Alert color="green" variant="light" title={t('access.tokenOnce')} styles={{ title: { color: 'var(--mr-success)' }, message: { color: 'var(--mantine-color-text)' } }}>
          <pre className="mr-json">{fresh}</pre><CopyButton value={fresh} />
        </Alert>
      )}
      {mayAdd && (
        <form onSubmit={(e) => { e.preventDefault(); add.mutate(undefined); }}>
          <Group align="flex-end">
            <TextInput flex={1} miw={160} required label={t('access.tokenName')} value={name} onChange={(e) => setName(e.currentTarget.value)} />
            <Select w={150} clearable label={t('access.lives')} placeholder={t('access.livesUsual')} value={maxAge} onChange={setMaxAge} data={LIVES.map((one) => ({ value: one, label: t(`access.livesFor.${one}`) }))} />
            <Button type="submit" loading={add.isPending} disabled={!name}>{t('access.addToken')}</Button>
          </Group>
        </form>
      )}
      <Await query={tokens}>
        {(all) => all.results.length === 0 ? <Text size="sm" c="dimmed">{t('access.noTokens')}</Text> : (
          <Table aria-label={t('access.tokens')}>
            <Table.Thead><Table.Tr><Table.Th>{t('common.name')}</Table.Th><Table.Th>{t('access.prefix')}</Table.Th><Table.Th>{t('kv.expires')}</Table.Th><Table.Th>{t('access.used')}</Table.Th><Table.Th><span className="visually-hidden">…</span></Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {all.results.map((token) => (
                <Table.Tr key={token.id}>
                  <Table.Td>{token.name}</Table.Td><Table.Td className="mr-mono">{token.prefix}…</Table.Td><Table.Td>{token.expired ? <Badge size="xs" variant="light" color="gray">{t('access.expired')}</Badge> : <Time at={token.exp} />}</Table.Td><Table.Td><Time at={token.lastUsed} /></Table.Td>
                  <Table.Td>{writable && <ActionIcon aria-label={t('access.revoke', { name: token.name })} loading={remove.isPending && remove.variables === token.id} onClick={() => void confirm({ title: t('access.revoke', { name: token.name }), text: t('access.revokeText'), confirm: t('access.revokeYes'), danger: true }).then((yes) => yes && remove.mutate(token.id))}><IconTrash size={16} /></ActionIcon>}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Await>
    </Stack>
  );
}
