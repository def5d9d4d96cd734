// SPDX-License-Identifier: Apache-2.0
import type { TFunction } from 'i18next';
import { STATES } from '../../api/types';

export type Row = Record<string, unknown>;

/** A chart as the API answers it. */
export interface Chart {
  id: string;
  type: string;
  chartOptions: { displayName?: string; description?: string; column?: string; colorByColumn?: string; numberType?: string; [option: string]: unknown };
  /** Of a text. */
  content?: string;
}

export interface Dashboard {
  id: string;
  title: string;
  description?: string;
  timeWindow: { default: string; max: string };
  charts: Chart[];
  updated: string;
  sourceCode: string;
}

export type Kind = 'TimeSeries' | 'Bar' | 'Pie' | 'Table' | 'KPI' | 'Markdown';

/** By the last part of its type; what isn't known shows its numbers. */
export function kindOf(type: string): Kind {
  const name = type.slice(type.lastIndexOf('.') + 1);
  return name === 'TimeSeries' || name === 'Bar' || name === 'Pie' || name === 'KPI' || name === 'Markdown' ? name : 'Table';
}

export interface Stack {
  key: string;
  total: number;
  parts: Map<string, number>;
}

/** The columns that hold only numbers, in their order. */
export function numeric(rows: readonly Row[]): string[] {
  const first = rows[0];
  return first ? Object.keys(first).filter((column) => rows.every((row) => row[column] === null || typeof row[column] === 'number') && rows.some((row) => row[column] !== null)) : [];
}

/**
 * Rows as bars: one for each value of a column, with a part for each value of another.
 *
 * @param by what a bar is for; without it, the first column that isn't a number
 * @param color what its parts are for
 */
export function stacks(rows: readonly Row[], by: string | undefined, color: string | undefined): Stack[] {
  const numbers = numeric(rows);
  const first = rows[0] ?? {};
  const text = Object.keys(first).filter((column) => !numbers.includes(column));
  const key = by !== undefined && by in first ? by : (text.find((column) => column !== color) ?? text[0]);
  const part = color !== undefined && color in first ? color : text.find((column) => column !== key);
  const value = numbers.find((column) => column !== key);
  const all = new Map<string, Stack>();
  for (const row of rows) {
    const name = textOf(key === undefined ? '' : row[key]);
    const stack = all.get(name) ?? { key: name, total: 0, parts: new Map<string, number>() };
    const amount = value === undefined ? 1 : Number(row[value] ?? 0);
    const of = part === undefined ? '' : textOf(row[part]);
    stack.parts.set(of, (stack.parts.get(of) ?? 0) + amount);
    stack.total += amount;
    all.set(name, stack);
  }
  return [...all.values()];
}

/** More bars than this are no picture. */
const MOST = 400;

/** Bars of points in time with what is between them: where nothing was is a gap. */
export function overTime(bars: readonly Stack[]): Stack[] {
  const at = bars.map((bar) => Date.parse(bar.key));
  const steps = at.slice(1).map((time, i) => time - (at[i] ?? time));
  const step = Math.min(...steps);
  const missing = steps.map((length) => Math.round(length / step) - 1);
  if (!(step > 0) || bars.length + missing.reduce((all, one) => all + one, 0) > MOST) return [...bars];
  return bars.flatMap((bar, i) => [bar, ...Array.from({ length: missing[i] ?? 0 }, (_, gap) => ({ key: new Date((at[i] ?? 0) + (gap + 1) * step).toISOString(), total: 0, parts: new Map<string, number>() }))]);
}

/** Sums by the column that colours, or by the first that isn't a number; the largest first. */
export function slices(rows: readonly Row[], by: string | undefined): [string, number][] {
  return stacks(rows, by, undefined)
    .map(({ key, total }): [string, number] => [key, total])
    .sort((a, b) => b[1] - a[1]);
}

export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

const isState = (name: string) => STATES.some((state) => state === name);

/** The colour class of a state, or one of a row of colours. */
export function colorOf(name: string, index: number): { className?: string; background: string } {
  if (isState(name)) return { className: `st-${name}`, background: 'var(--st-bar)' };
  return { background: `var(--mr-series-${(index % 6) + 1})` };
}

/** States in the reader's language; all else as it is. */
export function nameOf(name: string, t: TFunction): string {
  return isState(name) ? t(`state.${name}`) : name;
}

/** What a new dashboard begins with: something to change. */
export const FIRST = `id: overview
title: Overview
timeWindow: {default: P7D, max: P365D}
charts:
  - id: by_state
    type: io.kestra.plugin.core.dashboard.chart.TimeSeries
    chartOptions: {displayName: Executions over time, column: date, colorByColumn: state}
    data:
      type: io.kestra.plugin.core.dashboard.data.Executions
      columns:
        date: {field: START_DATE}
        state: {field: STATE}
        total: {agg: COUNT}
  - id: failed
    type: io.kestra.plugin.core.dashboard.chart.KPI
    chartOptions: {displayName: Failed, numberType: PERCENTAGE}
    data:
      type: io.kestra.plugin.core.dashboard.data.ExecutionsKPI
      columns: {field: ID, agg: COUNT}
      numerator:
        - {field: STATE, type: IN, values: [FAILED]}
  - id: by_flow
    type: io.kestra.plugin.core.dashboard.chart.Table
    chartOptions: {displayName: Executions by flow}
    data:
      type: io.kestra.plugin.core.dashboard.data.Executions
      columns:
        namespace: {field: NAMESPACE}
        flow: {field: FLOW_ID}
        runs: {agg: COUNT}
      orderBy:
        - {column: runs, order: DESC}
`;
