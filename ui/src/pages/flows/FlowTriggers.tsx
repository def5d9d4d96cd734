// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Page, TriggerWithState } from '../../api/types';
import { useTenant } from '../../app/context';
import { Await, Empty } from '../../components/basics';
import { TriggerTable } from '../triggers/TriggerTable';
import type { FlowTab } from './paths';

export default function FlowTriggers({ flow }: FlowTab) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const triggers = useQuery({
    queryKey: [api.tenant, 'triggers', 'flow', flow.namespace, flow.id],
    queryFn: () => api.get<Page<TriggerWithState>>('triggers/search', { namespace: flow.namespace, flowId: flow.id, size: 200 }),
    refetchInterval: 5_000,
  });
  return (
    <Await query={triggers}>
      {(page) => {
        const own = page.results.filter((one) => one.triggerContext.namespace === flow.namespace && one.triggerContext.flowId === flow.id);
        return own.length === 0 ? <Empty title={t('triggers.none')}>{t('triggers.noneText')}</Empty> : <TriggerTable triggers={own} withFlow={false} />;
      }}
    </Await>
  );
}
