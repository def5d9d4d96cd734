// SPDX-License-Identifier: Apache-2.0
import { Button, Group, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Page, TriggerWithState } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { usePreferences } from '../../app/preferences';
import { useFilters } from '../../app/url';
import { Await, Empty, PageHeader, Pager, PageTitle } from '../../components/basics';
import { EXAMPLES } from '../../components/examples';
import { FilterBar, NamespaceFilter, SearchFilter } from '../../components/filters';
import { TriggerTable } from './TriggerTable';

export default function TriggersPage() {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const filters = useFilters();
  const { pageSize } = usePreferences();
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const query = { q: filters.get('q'), namespace: filters.get('namespace'), page: filters.page, size: pageSize };
  const triggers = useQuery({
    queryKey: [api.tenant, 'triggers', 'list', query],
    queryFn: ({ signal }) => api.get<Page<TriggerWithState>>('triggers/search', query, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
  const bulk = useChange(
    (disabled: boolean) =>
      api.post('triggers/set-disabled/by-triggers', {
        disabled,
        triggers: [...picked].map((key) => { const [namespace, flowId, triggerId] = key.split('/'); return { namespace, flowId, triggerId }; }),
      }),
    { done: t('triggers.changed'), touches: ['triggers'], then: () => setPicked(new Set()) },
  );
  return (
    <>
      <PageTitle title={t('nav.triggers')} />
      <PageHeader title={t('nav.triggers')} />
      <FilterBar
        filters={filters}
        right={picked.size > 0 && (
          <Group gap="xs">
            <Text size="sm">{t('common.picked', { count: picked.size })}</Text>
            <Button size="xs" variant="default" disabled={bulk.isPending} onClick={() => bulk.mutate(false)}>{t('common.enable')}</Button>
            <Button size="xs" variant="default" disabled={bulk.isPending} onClick={() => bulk.mutate(true)}>{t('common.disable')}</Button>
          </Group>
        )}
      >
        <SearchFilter filters={filters} label={t('triggers.search')} />
        <NamespaceFilter filters={filters} />
      </FilterBar>
      <Await query={triggers}>
        {(page) =>
          page.total === 0 ? (
            filters.any ? <Empty title={t('triggers.noneFound')}>{t('common.noneFoundText')}</Empty> : <Empty title={t('triggers.none')} example={EXAMPLES.trigger}>{t('triggers.noneText')}</Empty>
          ) : (
            <>
              <TriggerTable triggers={page.results} withFlow picked={can('TRIGGER_UPDATE') ? picked : undefined} onPick={setPicked} />
              <Pager page={filters.page} total={page.total} onPage={(next) => filters.set({ page: next })} />
            </>
          )
        }
      </Await>
    </>
  );
}
