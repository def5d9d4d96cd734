// SPDX-License-Identifier: Apache-2.0
import { Box, Button, Group, Select, Text } from '@mantine/core';
import { IconRestore } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { FlowDocument } from '../../api/types';
import { useTenant } from '../../app/context';
import { formatInstant } from '../../app/format';
import { useChange } from '../../app/hooks';
import { useFilters } from '../../app/url';
import { Await, Empty } from '../../components/basics';
import { useConfirm } from '../../components/confirm';
import { SideBySide } from '../../editor/SideBySide';
import { flowPath, type FlowTab } from './paths';

export default function FlowRevisions({ flow }: FlowTab) {
  const { t, i18n } = useTranslation();
  const { api, can } = useTenant();
  const filters = useFilters();
  const confirm = useConfirm();
  const revisions = useQuery({
    queryKey: [api.tenant, 'flows', 'revisions', flow.namespace, flow.id],
    queryFn: () => api.get<FlowDocument[]>(flowPath(flow.namespace, flow.id, 'revisions')),
  });
  const restore = useChange((source: string) => api.yaml<FlowDocument>('PUT', flowPath(flow.namespace, flow.id), source), {
    done: (saved) => t('editor.saved', { revision: saved.revision }), touches: ['flows', 'triggers'],
  });
  return (
    <Await query={revisions}>
      {(all) => {
        const sorted = [...all].sort((a, b) => b.revision - a.revision);
        const newest = sorted[0];
        if (sorted.length < 2 || !newest) return <Empty title={t('revisions.one')}>{t('revisions.oneText')}</Empty>;
        const find = (name: string, otherwise: number) => sorted.find((one) => one.revision === Number(filters.get(name))) ?? sorted[otherwise] ?? newest;
        const right = find('right', 0);
        const left = find('left', 1);
        const data = sorted.map((one) => ({ value: String(one.revision), label: `${one.revision} · ${formatInstant(one.updated, i18n.language, false)}` }));
        return (
          <Box>
            <Group mb="sm" align="flex-end">
              <Select label={t('revisions.left')} w={240} data={data} value={String(left.revision)} onChange={(value) => filters.set({ left: value })} />
              <Select label={t('revisions.right')} w={240} data={data} value={String(right.revision)} onChange={(value) => filters.set({ right: value })} />
              {can('FLOW_UPDATE', flow.namespace) && left.revision !== newest.revision && (
                <Button
                  variant="default" leftSection={<IconRestore size={16} />} loading={restore.isPending}
                  onClick={() => void confirm({ title: t('revisions.restore', { revision: left.revision }), text: t('revisions.restoreText'), confirm: t('revisions.restoreYes') }).then((yes) => yes && restore.mutate(left.source ?? ''))}
                >
                  {t('revisions.restore', { revision: left.revision })}
                </Button>
              )}
              <Text size="sm" c="dimmed">{t('common.total', { count: all.length, formatted: String(all.length) })}</Text>
            </Group>
            <SideBySide left={left.source ?? ''} right={right.source ?? ''} label={t('flowTab.revisions')} />
          </Box>
        );
      }}
    </Await>
  );
}
