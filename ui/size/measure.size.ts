// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import type { CDPSession, Page } from 'playwright-core';
import { test } from 'vitest';
import { openBrowser, signIn, url } from '../e2e/browser';
import { Api, NAMESPACE, PART, report } from './suite';

const api = new Api();
const REPORT = 'target/size.md';
const ROUNDS = Number(process.env['SIZE_ROUNDS'] ?? 3);

interface View {
  name: string;
  path: string;
  /** What is there once the view shows what it is for. */
  ready: string;
  /** What a user does next, each until what he asked for is there. */
  then?: [string, (page: Page) => Promise<unknown>][];
}

interface Figures {
  paint: number;
  ready: number;
  heap: number;
  bytes: number;
  rows: number;
  requests: number;
  actions: Map<string, { ms: number; bytes: number; rows: number; heap: number }>;
}

/** What the network brought, as the browser counts it, and how many rows were in it. */
class Traffic {
  bytes = 0;
  rows = 0;
  requests = 0;
  private open = new Set<Promise<void>>();

  constructor(page: Page, cdp: CDPSession) {
    cdp.on('Network.dataReceived', ({ encodedDataLength }) => (this.bytes += encodedDataLength));
    page.on('response', (response) => {
      if (!response.url().includes('/api/v1/')) return;
      this.requests++;
      if (!response.headers()['content-type']?.includes('json')) return;
      const counted = response.json().then((body: unknown) => void (this.rows += rowsIn(body)), () => undefined);
      this.open.add(counted);
      void counted.finally(() => this.open.delete(counted));
    });
  }

  reset(): void {
    this.bytes = this.rows = this.requests = 0;
  }

  async settled(page: Page): Promise<void> {
    await page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => undefined);
    await Promise.all(this.open);
  }
}

function rowsIn(body: unknown): number {
  if (Array.isArray(body)) return body.length;
  if (typeof body !== 'object' || body === null) return 0;
  const { results, taskRunList } = body as { results?: unknown[]; taskRunList?: unknown[] };
  return results?.length ?? 1 + (taskRunList?.length ?? 0);
}

async function heap(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { metrics } = await cdp.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 1024 / 1024;
}

async function measure(page: Page, cdp: CDPSession, traffic: Traffic, view: View): Promise<Figures> {
  await page.goto('about:blank');
  traffic.reset();
  const begun = performance.now();
  await page.goto(`${url}/ui/main/${view.path}`, { waitUntil: 'commit' });
  await page.locator(view.ready).first().waitFor({ timeout: 120_000 });
  const ready = performance.now() - begun;
  await traffic.settled(page);
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);
  const figures: Figures = { paint, ready, heap: await heap(cdp), bytes: traffic.bytes, rows: traffic.rows, requests: traffic.requests, actions: new Map() };
  for (const [name, act] of view.then ?? []) {
    traffic.reset();
    const at = performance.now();
    await act(page);
    const ms = performance.now() - at;
    await traffic.settled(page);
    figures.actions.set(name, { ms, bytes: traffic.bytes, rows: traffic.rows, heap: await heap(cdp) });
  }
  return figures;
}

const row = 'main table tbody tr';
const scrolled = (selector: string) => async (page: Page) => {
  await page.locator(selector).evaluate((element) => new Promise((drawn) => {
    element.scrollTop = element.scrollHeight;
    requestAnimationFrame(() => requestAnimationFrame(drawn));
  }));
};

/** Until a change of what is asked for is answered and drawn. */
const answered = (part: string, act: (page: Page) => Promise<unknown>) => async (page: Page) => {
  const answer = page.waitForResponse((response) => response.url().includes(part) && response.ok(), { timeout: 60_000 });
  await act(page);
  await (await answer).finished();
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
};

const tab = (name: string, ready: string): [string, (page: Page) => Promise<unknown>] => [
  `tab ${name}`,
  async (page) => {
    await page.getByRole('tab', { name, exact: true }).click();
    await page.locator(ready).first().waitFor({ timeout: 60_000 });
  },
];

async function views(): Promise<View[]> {
  const newest = async (flow: string) => (await api.get<{ results: { id: string }[] }>(`executions/search?namespace=${NAMESPACE}&flowId=${flow}&size=1&taskRuns=false`)).results[0]?.id ?? '';
  const big = await newest('big');
  const lines = await newest('lines');
  const search = (text: string) => (page: Page) => page.locator('[data-search]').first().fill(text);
  const second = (part: string): [string, (page: Page) => Promise<unknown>] => ['page 2', answered(part, (page) => page.getByRole('button', { name: 'Page 2', exact: true }).click())];
  return [
    { name: 'Home', path: '', ready: 'main h1' },
    { name: 'Flows', path: 'flows', ready: row, then: [second('page=2'), ['filter by name', answered('q=flow49', search('flow49'))]] },
    { name: 'Source search', path: 'flows?q=many&in=source', ready: 'main h1' },
    { name: 'A flow with 50,000 executions', path: `flows/${PART(1)}/child1`, ready: '.react-flow__node', then: [tab('Executions', row), tab('Grid', 'main table'), tab('Logs', '.mr-log, main table')] },
    { name: 'Executions', path: 'executions', ready: row, then: [['filter by state', answered('state=FAILED', (page) => page.goto(`${url}/ui/main/executions?state=FAILED`))], second('page=2'), ['page 1,000', answered('page=1000', (page) => page.goto(`${url}/ui/main/executions?page=1000`))], ['filter by text', answered('q=child1', search('child1'))]] },
    {
      name: '10,000 task runs: Gantt', path: `executions/${big}`, ready: '[data-task-run]',
      then: [
        ...(process.env['SIZE_BEFORE'] ? [] : [['open the loop', async (page: Page) => {
          await page.locator('.mr-gantt-toggle').first().click();
          await page.locator('[data-task-run=body]').first().waitFor();
        }] as [string, (page: Page) => Promise<unknown>]]),
        ['scroll to the end', async (page) => { await scrolled('[data-gantt]')(page); await page.locator('[data-task-run=body]', { hasText: '9998' }).waitFor(); }],
        ['open a task run', async (page) => { await page.locator('[data-task-run=body]').last().click(); await page.getByRole('dialog').waitFor(); }],
      ],
    },
    { name: '… its topology', path: `executions/${big}/topology`, ready: '.react-flow__node [data-state]' },
    { name: '… its outputs', path: `executions/${big}/outputs`, ready: 'main h2.mr-mono' },
    { name: '… its history', path: `executions/${big}/history`, ready: row, then: [['scroll to the end', scrolled('main [role=region]')]] },
    {
      name: 'A log of 500,000 lines', path: `executions/${lines}/logs`, ready: '.mr-log-line',
      then: process.env['SIZE_BEFORE'] ? [['scroll to the end', scrolled('.mr-log')]] : [
        ['scroll to the end of the part', scrolled('.mr-log')],
        ['to the end of the log', answered('before=', (page) => page.getByRole('button', { name: 'End of the log' }).click())],
        ['back to its beginning', async (page) => { await page.getByRole('button', { name: 'Beginning of the log' }).click(); await page.getByText('line 1 of a block', { exact: true }).waitFor(); }],
        ['search in all of it', async (page) => { await search('line 9999 of')(page); await page.keyboard.press('Enter'); await page.getByText('line 9999 of a block', { exact: true }).waitFor(); }],
      ],
    },
    { name: 'Logs of all executions', path: 'logs', ready: '.mr-log-line, main table tbody tr', then: [['page 2', answered('page=2', (page) => page.getByRole('button', { name: 'Page 2', exact: true }).click())], ['search', answered('q=a+line', search('a line of'))]] },
    { name: 'Triggers', path: 'triggers', ready: 'main h1' },
    { name: 'Namespaces', path: 'namespaces', ready: row },
  ];
}

test('figures of each view', async () => {
  const browser = await openBrowser();
  const { page, errors } = await signIn(browser, 'alice');
  page.setDefaultTimeout(60_000);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  await cdp.send('Network.enable');
  const traffic = new Traffic(page, cdp);
  const of = (all: readonly number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
  const n = (value: number) => Math.round(value).toLocaleString('en');
  const table = [`${new Date().toISOString().slice(0, 10)}, Chromium ${browser.version()}, ${cpus().length} processors (${cpus()[0]?.model}), load average ${loadavg()[0]?.toFixed(1)}, medians of ${ROUNDS}`, '', '| view | first paint, ms | shows, ms | fetched, KiB | rows | requests | heap, MiB |', '| --- | --- | --- | --- | --- | --- | --- |'];
  const only = new RegExp(process.env['SIZE_ONLY'] ?? '');
  for (const view of (await views()).filter(({ name }) => only.test(name))) {
    const rounds: Figures[] = [];
    try {
      for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(page, cdp, traffic, view));
    } catch (e) {
      report(`${view.name}: ${String(e).split('\n')[0]}`);
      await page.screenshot({ path: `target/size-${view.name.replaceAll(/\W+/g, '-')}.png` });
      table.push(`| ${view.name} | failed | | | | | |`);
      continue;
    }
    const median = (value: (figures: Figures) => number) => of(rounds.map(value));
    table.push(`| ${view.name} | ${n(median((f) => f.paint))} | ${n(median((f) => f.ready))} | ${n(median((f) => f.bytes) / 1024)} | ${n(median((f) => f.rows))} | ${n(median((f) => f.requests))} | ${median((f) => f.heap).toFixed(1)} |`);
    for (const [name] of view.then ?? []) {
      const action = (value: (one: { ms: number; bytes: number; rows: number; heap: number }) => number) => median((f) => value(f.actions.get(name) ?? { ms: 0, bytes: 0, rows: 0, heap: 0 }));
      table.push(`| — ${name} | | ${n(action((a) => a.ms))} | ${n(action((a) => a.bytes) / 1024)} | ${n(action((a) => a.rows))} | | ${action((a) => a.heap).toFixed(1)} |`);
    }
    report(table.at(-1 - (view.then?.length ?? 0)) ?? '');
  }
  mkdirSync('target', { recursive: true });
  writeFileSync(REPORT, table.join('\n') + '\n');
  report(table.join('\n'));
  if (errors.length > 0) throw new Error(errors.join('\n'));
  await browser.close();
});
