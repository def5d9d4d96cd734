// SPDX-License-Identifier: Apache-2.0
import { Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { FlowDocument, Page } from '../../api/types';
import { useTenant } from '../../app/context';
import { usePreferences } from '../../app/preferences';
import type { useFilters } from '../../app/url';
import { Await, Empty, Pager, TextLink } from '../../components/basics';

interface Found {
  model: FlowDocument;
  fragments: string[];
}

/** Flows whose source contains a text, with the places. */
export function SourceSearch({ filters }: { filters: ReturnType<typeof useFilters> }) {
  const { t } = useTranslation();
  const { api, to } = useTenant();
  const { pageSize } = usePreferences();
  const query = { q: filters.get('q'), namespace: filters.get('namespace'), page: filters.page, size: pageSize };
  const found = useQuery({
    queryKey: [api.tenant, 'flows', 'source', query],
    queryFn: ({ signal }) => api.get<Page<Found>>('flows/source', query, signal),
    placeholderData: keepPreviousData,
    enabled: query.q !== '',
  });
  if (query.q === '') return <Empty title={t('flows.sourceHint')} />;
  return (
    <Await query={found}>
      {(page) =>
        page.total === 0 ? (
          <Empty title={t('flows.noneFound')}>{t('common.noneFoundText')}</Empty>
        ) : (
          <Stack gap="xs">
            {page.results.map(({ model, fragments }) => (
              <div key={`${model.namespace}/${model.id}`} className="mr-card" style={{ padding: 12 }}>
                <TextLink to={to('flows', model.namespace, model.id, 'edit')}><b>{model.id}</b></TextLink> <Text span size="xs" c="dimmed" className="mr-mono mr-breaks">{model.namespace}</Text>
                {fragments.map((fragment, i) => (
                  <pre key={i} className="mr-json">
                    {fragment.split(/\[\/?mark\]/).map((part, j) => (j % 2 === 1 ? <mark key={j}>{part}</mark> : part))}
                  </pre>
                ))}
              </div>
            ))}
            <Pager page={filters.page} total={page.total} onPage={(next) => filters.set({ page: next })} />
          </Stack>
        )
      }
    </Await>
  );
}
