// SPDX-License-Identifier: Apache-2.0
import { Box, Code, Grid, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { stringify } from 'yaml';
import type { FlowGraph } from '../../api/types';
import { useTenant } from '../../app/context';
import { Await, Empty, shortType, TextLink } from '../../components/basics';
import { CronWords } from '../../components/CronWords';
import { SidePanel } from '../../components/Dialog';
import { Topology } from '../../topology/Topology';
import { ExecutionTable } from '../executions/ExecutionTable';
import { flowPath, type FlowTab } from './paths';

export default function FlowOverview({ flow }: FlowTab) {
  const { t } = useTranslation();
  const { api, can, to } = useTenant();
  const [picked, setPicked] = useState<string | undefined>();
  const graph = useQuery({
    queryKey: [api.tenant, 'flows', 'graph', flow.namespace, flow.id, flow.revision],
    queryFn: () => api.get<FlowGraph>(flowPath(flow.namespace, flow.id, 'graph')),
  });
  const node = graph.data?.nodes.find((one) => (one.task ?? one.triggerDeclaration)?.id === picked);
  const written = node?.task ?? node?.triggerDeclaration;
  return (
    <Grid>
      <Grid.Col span={{ base: 12, lg: 8 }}>
        <Box className="mr-card" h="max(420px, calc(100dvh - 260px))">
          <Await query={graph}>{(loaded) => <Topology graph={loaded} picked={picked} onPick={setPicked} />}</Await>
        </Box>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 4 }}>
        <Stack>
          {flow.description && <Text size="sm">{flow.description}</Text>}
          <Box className="mr-card" p="md">
            <Title order={2} mb="xs">{t('flows.inputs')}</Title>
            {flow.inputs?.length ? (
              <Table>
                <Table.Tbody>
                  {flow.inputs.map((input) => (
                    <Table.Tr key={input.id}>
                      <Table.Td><b>{input.id}</b>{input.description && <Text size="xs" c="dimmed">{input.description}</Text>}</Table.Td>
                      <Table.Td><Code>{input.type}</Code></Table.Td>
                      <Table.Td className="mr-mono">{input.defaults === undefined ? '' : JSON.stringify(input.defaults)}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            ) : <Text size="sm" c="dimmed">{t('flows.noInputs')}</Text>}
          </Box>
          {can('EXECUTION_READ', flow.namespace) && (
            <Box className="mr-card" p="md">
              <Group justify="space-between" mb="xs">
                <Title order={2}>{t('flows.lastRuns')}</Title>
                <Text size="sm"><TextLink to={to('flows', flow.namespace, flow.id, 'executions')}>{t('common.all')}</TextLink></Text>
              </Group>
              <ExecutionTable query={{ 'filters[namespace][EQUALS]': flow.namespace, flowId: flow.id, size: 8, page: 1 }} compact empty={<Empty title={t('executions.none')}>{t('executions.noneOfFlow')}</Empty>} />
            </Box>
          )}
        </Stack>
      </Grid.Col>
      <SidePanel opened={written !== undefined && written !== null} onClose={() => setPicked(undefined)} size="lg" title={written && <><b>{written.id}</b> · {shortType(written.type)}</>}>
        {written && (
          <Stack>
            <Text size="sm"><TextLink to={to('plugins', written.type)} mono>{written.type}</TextLink></Text>
            <CronWords cron={written['cron']} withSeconds={written['withSeconds']} />
            <pre className="mr-json">{stringify(written, { lineWidth: 0 })}</pre>
          </Stack>
        )}
      </SidePanel>
    </Grid>
  );
}
