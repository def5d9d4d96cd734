// SPDX-License-Identifier: Apache-2.0
import { List } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { path } from '../../api/client';
import type { TriggerState } from '../../api/types';
import { useTenant } from '../../app/context';
import { formatInstant, formatRelative } from '../../app/format';
import { Await } from '../../components/basics';
import { Dialog } from '../../components/Dialog';

export function NextDatesDialog({ trigger, onClose }: { trigger: TriggerState; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const { api } = useTenant();
  const dates = useQuery({
    queryKey: [api.tenant, 'triggers', 'dates', trigger.namespace, trigger.flowId, trigger.triggerId],
    queryFn: () => api.get<string[]>(`triggers/${path(trigger.namespace, trigger.flowId, trigger.triggerId)}/next`, { count: 15 }),
  });
  return (
    <Dialog onClose={onClose} title={t('triggers.nextDatesOf', { id: trigger.triggerId })}>
      <Await query={dates}>
        {(all) => <List size="sm" spacing={4}>{all.map((date) => { const iso = date.replace(/\[.*]$/, ''); return <List.Item key={date}>{formatInstant(iso, i18n.language)} ({formatRelative(iso, i18n.language)})</List.Item>; })}</List>}
      </Await>
    </Dialog>
  );
}
