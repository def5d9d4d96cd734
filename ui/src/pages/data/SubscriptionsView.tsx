// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Badge, Button, Group, MultiSelect, Select, Stack, Switch, Table, Text, TextInput } from '@mantine/core';
import { IconEdit, IconMail, IconPlus, IconRefresh, IconSend, IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { path, seen, type Versioned } from '../../api/client';
import { STATES } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { AwaitDialog } from '../../components/AwaitDialog';
import { Await, Empty, Json, StateBadge, TextLink, Time } from '../../components/basics';
import { SidePanel } from '../../components/Dialog';
import { EXAMPLES } from '../../components/examples';
import { useConfirm } from '../../components/confirm';
import { FormDialog } from '../../components/FormDialog';
import { ListView } from '../../components/ListView';

interface Written {
  url: string;
  /** None: all ends. */
  states?: string[];
  flowId?: string;
  /** Name of the secret that signs. */
  secret?: string;
  description?: string;
  disabled?: boolean;
}

interface Subscription extends Written {
  id: string;
  states: string[];
  disabled: boolean;
  pending: number;
  dead: number;
}

interface Delivery {
  id: string;
  /** Empty where it was a try. */
  executionId: string;
  state: string;
  event: string;
  attempts: number;
  nextAttemptAt?: string;
  status?: number;
  problem?: string;
  createdAt: string;
}

const basis = (namespace: string) => `namespaces/${path(namespace)}/subscriptions`;
/** Nobody subscribes to what is over before it can be told. */
const TOLD = STATES.filter((state) => state !== 'CREATED');
const DELIVERY_STATES = ['DEAD', 'PENDING', 'DELIVERED'];

/** Who is told of the executions of a namespace and those below it. */
export function SubscriptionsView({ namespace }: { namespace: string }) {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const confirm = useConfirm();
  const [open, setOpen] = useState<Subscription | 'new' | null>(null);
  const [told, setTold] = useState<{ one: Subscription; begin: string | null } | null>(null);
  const base = basis(namespace);
  const may = can('FLOW_UPDATE', namespace);
  const touches = ['subscriptions'];
  const turn = useChange(
    async ({ id, disabled }: Subscription) => {
      // as it is now: the list may be older than what somebody else has written
      const { value: { url, states, flowId, secret, description }, etag } = await api.getVersioned<Subscription>(`${base}/${path(id)}`);
      return api.put(`${base}/${path(id)}`, { url, states, flowId, secret, description, disabled: !disabled }, undefined, seen(etag));
    },
    { done: t('subscriptions.saved'), touches },
  );
  // what was sent just now is seen among all, not among what was given up
  const test = useChange((one: Subscription) => api.post(`${base}/${path(one.id)}/test`), { done: t('subscriptions.tested'), touches, then: (_, one) => setTold({ one, begin: null }) });
  const remove = useChange((id: string) => api.delete(`${base}/${path(id)}`), { done: t('subscriptions.deleted'), touches });
  const add = may && <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>{t('subscriptions.add')}</Button>;
  return (
    <>
      <Group justify="space-between" mb="sm"><Text size="sm" c="dimmed">{t('subscriptions.sub')}</Text>{add}</Group>
      <ListView<Subscription>
        topic="subscriptions" path={base} label={t('namespaceTab.subscriptions')} keyOf={(row) => row.id}
        empty={<Empty title={t('subscriptions.none')} example={EXAMPLES.cloudEvent}>{t('subscriptions.noneText')}</Empty>}
        columns={[
          { head: t('subscriptions.url'), cell: (row) => <><b className="mr-mono mr-breaks">{row.url}</b>{row.description && <Text size="xs" c="dimmed">{row.description}</Text>}</> },
          { head: t('subscriptions.of'), cell: (row) => row.flowId ?? t('subscriptions.allFlows') },
          { head: t('common.state'), cell: (row) => <Group gap={4}>{row.states.map((state) => <StateBadge key={state} state={state} />)}</Group> },
          {
            head: t('subscriptions.deliveries'),
            cell: (row) => {
              const counts = t('subscriptions.counts', { pending: row.pending, dead: row.dead });
              return <Button variant="default" size="compact-xs" leftSection={<IconMail size={13} />} aria-label={t('subscriptions.deliveriesOf', { counts, url: row.url })} onClick={() => setTold({ one: row, begin: row.dead > 0 ? 'DEAD' : null })}>{counts}</Button>;
            },
          },
          { head: t('triggers.enabled'), cell: (row) => may ? <Switch size="xs" aria-label={t('subscriptions.enabled', { url: row.url })} checked={!row.disabled} disabled={turn.isPending} onChange={() => turn.mutate(row)} /> : row.disabled && <Badge size="xs" variant="light" color="gray">{t('common.disabled')}</Badge> },
          {
            head: '', right: true, hidden: !may,
            cell: (row) => (
              <Group gap={2} justify="flex-end" wrap="nowrap">
                <ActionIcon aria-label={t('subscriptions.test', { url: row.url })} disabled={row.disabled} loading={test.isPending && test.variables === row} onClick={() => test.mutate(row)}><IconSend size={16} /></ActionIcon>
                <ActionIcon aria-label={t('subscriptions.edit', { url: row.url })} onClick={() => setOpen(row)}><IconEdit size={16} /></ActionIcon>
                <ActionIcon aria-label={t('subscriptions.delete', { url: row.url })} onClick={() => void confirm({ title: t('subscriptions.delete', { url: row.url }), text: t('subscriptions.deleteText'), confirm: t('common.delete'), danger: true }).then((yes) => yes && remove.mutate(row.id))}><IconTrash size={16} /></ActionIcon>
              </Group>
            ),
          },
        ]}
      />
      {open && <SubscriptionDialog base={base} id={open === 'new' ? null : open.id} onClose={() => setOpen(null)} />}
      <SidePanel opened={told !== null} onClose={() => setTold(null)} size="xl" title={told?.one.url}>
        {told && <Deliveries base={`${base}/${path(told.one.id)}/deliveries`} writable={may} begin={told.begin} />}
      </SidePanel>
    </>
  );
}

function SubscriptionDialog({ base, id, onClose }: { base: string; id: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const stored = useQuery({ queryKey: [api.tenant, 'subscription', base, id], queryFn: () => api.getVersioned<Subscription>(`${base}/${path(id ?? '')}`), enabled: id !== null, staleTime: Infinity, gcTime: 0 });
  if (id === null) return <SubscriptionForm base={base} onClose={onClose} />;
  return <AwaitDialog query={stored} title={t('namespaceTab.subscriptions')} onClose={onClose}>{(read) => <SubscriptionForm base={base} stored={read} onClose={onClose} />}</AwaitDialog>;
}

function SubscriptionForm({ base, stored, onClose }: { base: string; stored?: Versioned<Subscription>; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const known = stored?.value;
  const [url, setUrl] = useState(known?.url ?? '');
  const [states, setStates] = useState(known?.states ?? []);
  const [flowId, setFlowId] = useState(known?.flowId ?? '');
  const [secret, setSecret] = useState(known?.secret ?? '');
  const [description, setDescription] = useState(known?.description ?? '');
  const save = useChange(
    () => {
      const written: Written = { url, description, disabled: known?.disabled ?? false, ...(states.length > 0 && { states }), ...(flowId && { flowId }), ...(secret && { secret }) };
      return known ? api.put(`${base}/${path(known.id)}`, written, undefined, seen(stored?.etag)) : api.post(base, written);
    },
    { done: t('subscriptions.saved'), touches: ['subscriptions'], then: onClose },
  );
  return (
    <FormDialog title={known ? t('subscriptions.edit', { url: known.url }) : t('subscriptions.add')} submit={t('common.save')} busy={save.isPending} disabled={!url} onSubmit={() => save.mutate(undefined)} onClose={onClose}>
      <TextInput data-autofocus required type="url" label={t('subscriptions.url')} value={url} onChange={(e) => setUrl(e.currentTarget.value)} />
      <TextInput label={t('common.description')} value={description} onChange={(e) => setDescription(e.currentTarget.value)} />
      <MultiSelect label={t('common.state')} description={t('subscriptions.statesHint')} searchable clearable data={TOLD.map((state) => ({ value: state, label: t(`state.${state}`) }))} value={states} onChange={setStates} />
      <TextInput label={t('common.flow')} description={t('subscriptions.flowHint')} value={flowId} onChange={(e) => setFlowId(e.currentTarget.value)} />
      <TextInput label={t('subscriptions.secret')} description={t('subscriptions.secretHint')} value={secret} onChange={(e) => setSecret(e.currentTarget.value)} />
    </FormDialog>
  );
}

/** What a subscriber was told, the latest first; what he didn't take can be sent again. */
function Deliveries({ base, writable, begin }: { base: string; writable: boolean; begin: string | null }) {
  const { t } = useTranslation();
  const { api, to } = useTenant();
  const [state, setState] = useState<string | null>(begin);
  const deliveries = useInfiniteQuery({
    queryKey: [api.tenant, 'subscriptions', 'deliveries', base, state],
    queryFn: ({ pageParam, signal }) => api.get<{ results: Delivery[]; nextCursor?: string }>(base, { state, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    // what is to be sent is on its way
    refetchInterval: ({ state: { data } }) => data?.pages.some((page) => page.results.some((one) => one.state === 'PENDING')) ? 2_000 : false,
  });
  const again = useChange((id: string | null) => api.post<{ count: number }>(id === null ? `${base}/redeliver` : `${base}/${path(id)}/redeliver`), { done: ({ count }) => t('subscriptions.again', { count }), touches: ['subscriptions'] });
  const rows = { ...deliveries, data: deliveries.data?.pages.flatMap((page) => page.results) };
  return (
    <Stack>
      <Group align="flex-end">
        <Select flex={1} clearable label={t('common.state')} placeholder={t('common.all')} data={DELIVERY_STATES.map((one) => ({ value: one, label: t(`subscriptions.state.${one}`) }))} value={state} onChange={setState} />
        {writable && <Button variant="default" leftSection={<IconRefresh size={16} />} loading={again.isPending && again.variables === null} disabled={again.isPending} onClick={() => again.mutate(null)}>{t('subscriptions.retryAll')}</Button>}
      </Group>
      <Await query={rows}>
        {(all) => all.length === 0 ? <Text size="sm" c="dimmed">{t('subscriptions.nothingTold')}</Text> : (
          <div className="mr-table-wrap">
            <Table aria-label={t('subscriptions.deliveries')}>
              <Table.Tbody>
                {all.map((one) => (
                  <Table.Tr key={one.id} data-delivery={one.state}>
                    <Table.Td>
                      <Group gap="xs">
                        <span className={`mr-state st-${one.state}`}><i aria-hidden />{t(`subscriptions.state.${one.state}`)}</span>
                        <Time at={one.createdAt} />
                        {one.executionId ? <TextLink to={to('executions', one.executionId)}>{t('common.execution')}</TextLink> : <Text size="sm">{t('subscriptions.try')}</Text>}
                      </Group>
                      <Text size="xs" c="dimmed">{t('subscriptions.attempts', { count: one.attempts })}{one.status ? ` · ${t('subscriptions.answered', { status: one.status })}` : ''}{one.nextAttemptAt && <> · {t('subscriptions.next')} <Time at={one.nextAttemptAt} /></>}</Text>
                      {one.problem && <Text size="xs" className="mr-breaks">{one.problem}</Text>}
                      <details><summary>{t('subscriptions.event')}</summary><Json value={JSON.parse(one.event)} /></details>
                    </Table.Td>
                    <Table.Td ta="right">{writable && one.state !== 'PENDING' && <ActionIcon aria-label={t('subscriptions.retry')} disabled={again.isPending} onClick={() => again.mutate(one.id)}><IconRefresh size={16} /></ActionIcon>}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </Await>
      {deliveries.hasNextPage && <Group justify="center"><Button variant="default" loading={deliveries.isFetchingNextPage} onClick={() => void deliveries.fetchNextPage()}>{t('audit.older')}</Button></Group>}
    </Stack>
  );
}
