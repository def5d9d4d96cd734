// SPDX-License-Identifier: Apache-2.0
import { List, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { path } from '../../api/client';
import type { TriggerState } from '../../api/types';
import { useTenant } from '../../app/context';
import { formatInstant, formatRelative } from '../../app/format';
import { Await } from '../../components/basics';

export function NextDatesDialog({ trigger, onClose }: { trigger: TriggerState; onClose: () => void }) {
  const { t, i18n } = useTranslation();
  const { api } = useTenant();
  const dates = useQuery({
    queryKey: [api.tenant, 'triggers', 'dates', trigger.namespace, trigger.flowId, trigger.triggerId],
    queryFn: () => api.get<string[]>(`triggers/${path(trigger.namespace, trigger.flowId, trigger.triggerId)}/next`, { count: 15 }),
  });
  return (
    <Modal opened onClose={onClose} title={t('triggers.nextDatesOf', { id: trigger.triggerId })} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Await query={dates}>
        {(all) => <List size="sm" spacing={4}>{all.map((date) => { const iso = date.replace(/\[.*]$/, ''); return <List.Item key={date}>{formatInstant(iso, i18n.language)} ({formatRelative(iso, i18n.language)})</List.Item>; })}</List>}
      </Await>
    </Modal>
  );
}
