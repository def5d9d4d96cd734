// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Badge, Checkbox, Menu, Progress, Switch, Table, Text, Tooltip } from '@mantine/core';
import { IconCalendarTime, IconDotsVertical, IconHistoryToggle, IconRefresh, IconWebhook } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { path } from '../../api/client';
import type { TriggerWithState } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { shortType, TextLink, Time } from '../../components/basics';
import { CronWords } from '../../components/CronWords';
import { BackfillDialog } from './BackfillDialog';
import { NextDatesDialog } from './NextDatesDialog';
import { WebhookDialog } from './WebhookDialog';

export function keyOf(trigger: TriggerWithState): string {
  const { namespace, flowId, triggerId } = trigger.triggerContext;
  return `${namespace}/${flowId}/${triggerId}`;
}

interface Props {
  triggers: readonly TriggerWithState[];
  withFlow: boolean;
  picked?: ReadonlySet<string>;
  onPick?: (keys: ReadonlySet<string>) => void;
}

/** Triggers with how they stand and what can be done with them. */
export function TriggerTable({ triggers, withFlow, picked, onPick }: Props) {
  const { t } = useTranslation();
  const { api, to, can } = useTenant();
  const [open, setOpen] = useState<{ what: 'backfill' | 'dates' | 'webhook'; trigger: TriggerWithState } | null>(null);
  const toggle = useChange(
    ({ trigger, disabled }: { trigger: TriggerWithState; disabled: boolean }) => {
      const { namespace, flowId, triggerId } = trigger.triggerContext;
      return api.put('triggers', { namespace, flowId, triggerId, disabled });
    },
    { touches: ['triggers'] },
  );
  const restart = useChange((trigger: TriggerWithState) => {
    const { namespace, flowId, triggerId } = trigger.triggerContext;
    return api.post(`triggers/${path(namespace, flowId, triggerId)}/restart`);
  }, { done: t('triggers.restarted'), touches: ['triggers'] });
  return (
    <>
      <div className="mr-table-wrap">
        <Table aria-label={t('nav.triggers')}>
          <Table.Thead>
            <Table.Tr>
              {picked && (
                <Table.Th w={36}>
                  <Checkbox size="xs" aria-label={t('common.pickAll')} checked={picked.size > 0 && picked.size === triggers.length} indeterminate={picked.size > 0 && picked.size < triggers.length}
                    onChange={(e) => onPick?.(e.currentTarget.checked ? new Set(triggers.map(keyOf)) : new Set())} />
                </Table.Th>
              )}
              <Table.Th>{t('common.id')}</Table.Th>
              {withFlow && <Table.Th>{t('common.flow')}</Table.Th>}
              <Table.Th>{t('triggers.when')}</Table.Th>
              <Table.Th>{t('triggers.last')}</Table.Th>
              <Table.Th>{t('triggers.next')}</Table.Th>
              <Table.Th>{t('triggers.backfill')}</Table.Th>
              <Table.Th>{t('triggers.enabled')}</Table.Th>
              <Table.Th w={50}><span className="visually-hidden">{t('common.more')}</span></Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {triggers.map((trigger) => {
              const state = trigger.triggerContext;
              const written = trigger.abstractTrigger;
              const type = shortType(written?.type ?? '');
              const may = can('TRIGGER_UPDATE', state.namespace);
              const off = written?.['disabled'] === true;
              return (
                <Table.Tr key={keyOf(trigger)} data-trigger={state.triggerId}>
                  {picked && (
                    <Table.Td>
                      <Checkbox size="xs" aria-label={t('common.pick', { name: state.triggerId })} checked={picked.has(keyOf(trigger))}
                        onChange={() => { const next = new Set(picked); if (!next.delete(keyOf(trigger))) next.add(keyOf(trigger)); onPick?.(next); }} />
                    </Table.Td>
                  )}
                  <Table.Td>
                    <b>{state.triggerId}</b> <Text span size="xs" c="dimmed" translate="no">{type}</Text>
                    {state.problem && <Text size="xs" c="var(--mr-failed)">{state.problem}</Text>}
                  </Table.Td>
                  {withFlow && <Table.Td><TextLink to={to('flows', state.namespace, state.flowId, 'triggers')}>{state.flowId}</TextLink><Text size="xs" c="dimmed" className="mr-mono">{state.namespace}</Text></Table.Td>}
                  <Table.Td><span className="mr-mono">{String(written?.['cron'] ?? written?.['interval'] ?? '')}</span><CronWords cron={written?.['cron']} withSeconds={written?.['withSeconds']} />{written?.['timezone'] ? <Text size="xs" c="dimmed">{String(written['timezone'])}</Text> : null}</Table.Td>
                  <Table.Td><Time at={state.date} /></Table.Td>
                  <Table.Td><Time at={state.nextExecutionDate} /></Table.Td>
                  <Table.Td miw={130}>
                    {state.backfill && (
                      <Tooltip label={t('triggers.progress', { done: state.backfill.done, total: state.backfill.total })}>
                        <div><Progress aria-label={t('triggers.backfill')} value={(100 * (state.backfill.done ?? 0)) / Math.max(1, state.backfill.total ?? 1)} color={state.backfill.paused ? 'gray' : 'water'} /><Text size="xs" c="dimmed">{state.backfill.done}/{state.backfill.total}{state.backfill.paused ? ` · ${t('state.PAUSED')}` : ''}</Text></div>
                      </Tooltip>
                    )}
                  </Table.Td>
                  <Table.Td>
                    {off ? <Badge size="sm" variant="light" color="gray">{t('triggers.offInFlow')}</Badge> : (
                      <Switch size="sm" aria-label={t('triggers.enable', { id: state.triggerId })} checked={!state.disabled} disabled={!may || toggle.isPending} onChange={(e) => toggle.mutate({ trigger, disabled: !e.currentTarget.checked })} />
                    )}
                  </Table.Td>
                  <Table.Td>
                    {(may || type === 'Schedule' || type === 'Webhook') && <Menu position="bottom-end">
                      <Menu.Target><ActionIcon aria-label={t('triggers.actions', { id: state.triggerId })}><IconDotsVertical size={16} /></ActionIcon></Menu.Target>
                      <Menu.Dropdown>
                        {type === 'Schedule' && <Menu.Item leftSection={<IconCalendarTime size={15} />} onClick={() => setOpen({ what: 'dates', trigger })}>{t('triggers.nextDates')}</Menu.Item>}
                        {type === 'Schedule' && may && <Menu.Item leftSection={<IconHistoryToggle size={15} />} onClick={() => setOpen({ what: 'backfill', trigger })}>{t('triggers.backfill')}</Menu.Item>}
                        {type === 'Webhook' && <Menu.Item leftSection={<IconWebhook size={15} />} onClick={() => setOpen({ what: 'webhook', trigger })}>{t('triggers.webhook')}</Menu.Item>}
                        {may && <Menu.Item leftSection={<IconRefresh size={15} />} onClick={() => restart.mutate(trigger)}>{t('triggers.restart')}</Menu.Item>}
                      </Menu.Dropdown>
                    </Menu>}
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </div>
      {open?.what === 'backfill' && <BackfillDialog trigger={open.trigger.triggerContext} onClose={() => setOpen(null)} />}
      {open?.what === 'dates' && <NextDatesDialog trigger={open.trigger.triggerContext} onClose={() => setOpen(null)} />}
      {open?.what === 'webhook' && <WebhookDialog trigger={open.trigger} onClose={() => setOpen(null)} />}
    </>
  );
}
