// SPDX-License-Identifier: Apache-2.0
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Execution } from '../../api/types';
import { useTenant } from '../../app/context';
import { shortType, TextLink } from '../../components/basics';

/** The trigger, or the execution whose task has started this one. */
export function StartedBy({ execution: { namespace, flowId, trigger } }: { execution: Execution }) {
  const { t } = useTranslation();
  const { to } = useTenant();
  if (!trigger) return t('overview.byHand');
  const { executionId, flowId: starter } = trigger.variables ?? {};
  if (typeof executionId === 'string') return <TextLink to={to('executions', executionId)}>{t('overview.byTask', { task: trigger.id, flow: typeof starter === 'string' ? starter : executionId })}</TextLink>;
  return <><TextLink to={to('flows', namespace, flowId, 'triggers')}>{trigger.id}</TextLink> <Text span size="xs" c="dimmed">{shortType(trigger.type)}</Text></>;
}
