// SPDX-License-Identifier: Apache-2.0
import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { path } from '../../api/client';
import type { TriggerWithState } from '../../api/types';
import { useTenant } from '../../app/context';
import { CopyButton } from '../../components/basics';
import { Dialog } from '../../components/Dialog';

/** How a webhook is called. A key that is an expression is known to the server alone. */
export function WebhookDialog({ trigger, onClose }: { trigger: TriggerWithState; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const { namespace, flowId } = trigger.triggerContext;
  const key = String(trigger.abstractTrigger?.['key'] ?? '');
  const secret = key.includes('{{') || key === '';
  const url = `${window.location.origin}${api.url(`executions/webhook/${path(namespace, flowId)}/`)}${secret ? '$KEY' : encodeURIComponent(key)}`;
  const curl = `curl -X POST -H 'Content-Type: application/json' -d '{"any":"thing"}' "${url}"`;
  return (
    <Dialog onClose={onClose} size="lg" title={t('triggers.webhook')}>
      <Stack>
        <Text size="sm">{t(secret ? 'triggers.webhookSecret' : 'triggers.webhookText')}</Text>
        <pre className="mr-json mr-card" style={{ padding: 12 }}>{curl}</pre>
        <Group justify="flex-end"><CopyButton value={curl} /></Group>
      </Stack>
    </Dialog>
  );
}
