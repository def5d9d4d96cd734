// SPDX-License-Identifier: Apache-2.0
import { Box, Group, Progress, Table, Text, Title, Tooltip } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Page } from '../../api/types';
import { useTenant } from '../../app/context';
import { formatInstant, formatNumber } from '../../app/format';
import { Await } from '../../components/basics';
import { Markdown } from '../../components/Markdown';
import { colorOf, kindOf, nameOf, overTime, slices, stacks, textOf, type Chart, type Row } from './charts';

const ROWS = 500;
const DATE = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:?\d{2})$/;

interface Props {
  chart: Chart;
  /** Where its numbers come from. */
  ask: { path: string; body: object };
}

/** One chart: what it shows as a picture, and the same numbers as text for those who can't see it. */
export function ChartView({ chart, ask }: Props) {
  const { api } = useTenant();
  const { displayName, description } = chart.chartOptions;
  const kind = kindOf(chart.type);
  const rows = useQuery({
    queryKey: [api.tenant, 'charts', ask.path, ask.body],
    queryFn: () => api.post<Page<Row>>(ask.path, ask.body),
    placeholderData: keepPreviousData,
    enabled: kind !== 'Markdown',
  });
  return (
    <Box className="mr-card" p="md" data-chart={chart.id} component="section" aria-label={displayName ?? chart.id}>
      {kind === 'Markdown' ? (
        <Markdown text={chart.content ?? ''} />
      ) : (
        <>
          <Title order={2}>{displayName ?? chart.id}</Title>
          {description && <Text size="sm" c="dimmed">{description}</Text>}
          <Box mt="sm"><Await query={rows}>{(page) => <Drawn chart={chart} rows={page.results} />}</Await></Box>
        </>
      )}
    </Box>
  );
}

function Drawn({ chart, rows }: { chart: Chart; rows: readonly Row[] }) {
  const { t, i18n } = useTranslation();
  const number = (value: number) => formatNumber(value, i18n.language);
  if (rows.length === 0) return <Text size="sm" c="dimmed">{t('dashboards.nothing')}</Text>;
  const shown = (value: unknown) => {
    const text = textOf(value);
    if (typeof value === 'number') return number(value);
    return DATE.test(text) ? formatInstant(text, i18n.language, false) : nameOf(text, t);
  };
  const { column, colorByColumn } = chart.chartOptions;
  switch (kindOf(chart.type)) {
    case 'KPI': {
      const value = Object.values(rows[0] ?? {}).find((one) => typeof one === 'number');
      return <Text fz={34} fw={650}>{value === undefined ? '–' : chart.chartOptions.numberType === 'PERCENTAGE' ? `${number(Math.round(10 * value) / 10)} %` : number(value)}</Text>;
    }
    case 'Pie': {
      const all = slices(rows, colorByColumn ?? column);
      const sum = Math.max(1, all.reduce((total, [, value]) => total + value, 0));
      return (
        <figure style={{ margin: 0 }}>
          <Progress.Root size={26} aria-hidden>
            {all.map(([name, value], i) => <Progress.Section key={name} value={(100 * value) / sum} color="transparent" {...sectionOf(name, i)} />)}
          </Progress.Root>
          <Legend names={all.map(([name, value]) => [name, `${shown(name)} ${number(value)} (${Math.round((100 * value) / sum)} %)`])} />
        </figure>
      );
    }
    case 'TimeSeries':
    case 'Bar': {
      const stacked = stacks(rows, column, colorByColumn);
      const bars = kindOf(chart.type) === 'TimeSeries' ? overTime(stacked) : stacked;
      const most = Math.max(1, ...bars.map((bar) => bar.total));
      const names = [...new Set(bars.flatMap((bar) => [...bar.parts.keys()]))];
      const sum = (name: string) => bars.reduce((total, bar) => total + (bar.parts.get(name) ?? 0), 0);
      return (
        <figure style={{ margin: 0 }}>
          <div style={{ display: 'flex', alignItems: 'flex-end', justifyContent: bars.length > 1 ? 'space-between' : undefined, gap: 3, height: 150, borderBottom: '1px solid var(--mr-line)' }} role="img" aria-label={stacked.map((bar) => `${shown(bar.key)}: ${number(bar.total)}`).join(', ')}>
            {bars.map((bar) => (
              <Tooltip key={bar.key} label={`${shown(bar.key)} · ${[...bar.parts].map(([name, value]) => `${shown(name)} ${number(value)}`).join(', ')}`}>
                <div style={{ flex: 1, maxWidth: 64, display: 'flex', flexDirection: 'column', height: `${(100 * bar.total) / most}%`, borderRadius: '3px 3px 0 0', overflow: 'hidden' }}>
                  {names.map((name, i) => {
                    const value = bar.parts.get(name) ?? 0;
                    const { className, background } = colorOf(name, i);
                    return value > 0 ? <div key={name} className={className} style={{ flex: value, background, minHeight: 2 }} /> : null;
                  })}
                </div>
              </Tooltip>
            ))}
          </div>
          <Group justify="space-between"><Text size="xs" c="dimmed">{shown(bars[0]?.key)}</Text>{bars.length > 1 && <Text size="xs" c="dimmed">{shown(bars[bars.length - 1]?.key)}</Text>}</Group>
          {names.some((name) => name !== '') && <Legend names={names.map((name) => [name, `${shown(name)} ${number(sum(name))}`])} />}
        </figure>
      );
    }
    default: {
      const columns = Object.keys(rows[0] ?? {});
      const numeric = (column: string) => typeof rows[0]?.[column] === 'number';
      return (
        <div className="mr-table-wrap" style={{ maxHeight: 360, overflow: 'auto' }} tabIndex={0} role="region" aria-label={chart.chartOptions.displayName ?? chart.id}>
          <Table>
            <Table.Thead><Table.Tr>{columns.map((one) => <Table.Th key={one} ta={numeric(one) ? 'right' : undefined}>{one}</Table.Th>)}</Table.Tr></Table.Thead>
            <Table.Tbody>{rows.slice(0, ROWS).map((row, i) => <Table.Tr key={i}>{columns.map((one) => <Table.Td key={one} ta={numeric(one) ? 'right' : undefined}>{shown(row[one])}</Table.Td>)}</Table.Tr>)}</Table.Tbody>
          </Table>
        </div>
      );
    }
  }
}

function sectionOf(name: string, index: number) {
  const { className, background } = colorOf(name, index);
  return { className, style: { background } };
}

function Legend({ names }: { names: readonly [name: string, text: string][] }) {
  return (
    <Group gap="4px 16px" mt={6} component="figcaption">
      {names.map(([name, text], i) => {
        const { className, background } = colorOf(name, i);
        return <Group gap={6} key={name} className={className}><span aria-hidden style={{ width: 10, height: 10, borderRadius: 3, background }} /><Text size="xs" c="dimmed">{text}</Text></Group>;
      })}
    </Group>
  );
}
