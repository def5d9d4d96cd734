// SPDX-License-Identifier: Apache-2.0
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Page, TriggerWithState } from '../../api/types';
import { useTenant } from '../../app/context';
import { Await, Empty } from '../../components/basics';
import { EXAMPLES } from '../../components/examples';
import { TriggerTable } from '../triggers/TriggerTable';
import type { FlowTab } from './paths';

export default function FlowTriggers({ flow }: FlowTab) {
  const { t } = useTranslation();
  const { api, to, can } = useTenant();
  const triggers = useQuery({
    queryKey: [api.tenant, 'triggers', 'flow', flow.namespace, flow.id],
    queryFn: () => api.get<Page<TriggerWithState>>('triggers/search', { namespace: flow.namespace, flowId: flow.id, size: 200 }),
    refetchInterval: 5_000,
  });
  return (
    <Await query={triggers}>
      {(page) => {
        const own = page.results.filter((one) => one.triggerContext.namespace === flow.namespace && one.triggerContext.flowId === flow.id);
        if (own.length > 0) return <TriggerTable triggers={own} withFlow={false} />;
        const edit = can('FLOW_UPDATE', flow.namespace) && <Button component={Link} to={to('flows', flow.namespace, flow.id, 'edit')}>{t('triggers.add')}</Button>;
        return <Empty title={t('triggers.none')} example={EXAMPLES.trigger} action={edit}>{t('triggers.noneText')}</Empty>;
      }}
    </Await>
  );
}
