// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, PATIENCE, signIn, token, url } from './browser';
import { filled, PAGES } from './pages';
import { keeper, Repository } from './repository';
import { english, scan, scanDialog, scanInBoth, speak, wide } from './scan';

/** One person's way from signing in to a flow that works, in a real browser against a running suite. */
const id = `shop-${Date.now().toString(36)}`;
const namespace = 'company.team';
let browser: Browser;
let page: Page;
let errors: string[];
let execution = '';
/** The flow's script waits for this file, where it can see it: until then its log can't be whole. */
const seen = join(tmpdir(), `${id}.seen`);

beforeAll(async () => {
  browser = await openBrowser();
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail' || !page) return;
  mkdirSync('target', { recursive: true });
  await page.screenshot({ path: 'target/e2e-failure.png' }).catch(() => undefined);
  const said = await page.getByRole('alert').allInnerTexts().catch(() => []);
  process.stderr.write(`${[`At ${page.url()} (target/e2e-failure.png)`, ...said, ...errors].join('\n')}\n`);
});
afterAll(async () => {
  await browser?.close();
  rmSync(seen, { force: true });
});

const field = (name: string) => page.locator(`textarea[data-field="${name}"], input[data-field="${name}"]`);

async function addEntry(list: string, type: string) {
  await page.locator(`[data-add="${list}"]`).click();
  await page.getByPlaceholder('Search', { exact: true }).fill(type);
  await page.locator('[data-type]').first().waitFor();
  await page.keyboard.press('Enter');
  await page.locator('[role=dialog]').waitFor({ state: 'detached' });
}

const noFindingIn = async (what: string) => expect(await scanDialog(page), what).toEqual([]);

async function save() {
  await page.getByText('No errors').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
}

test('signs in and is where he wanted to be', async () => {
  ({ page, errors } = await signIn(browser, 'alice', { path: '/ui/main/executions?state=FAILED' }));

  await page.getByRole('heading', { name: 'Executions' }).waitFor();
  expect(page.url()).toBe(`${url}/ui/main/executions?state=FAILED`);
});

test('builds a flow of three tasks and a schedule with forms alone', async () => {
  await page.getByRole('link', { name: 'Flows', exact: true }).click();
  await page.getByRole('link', { name: 'Create a flow' }).click();
  await page.getByText('Forms and topology').click();
  await field('id').fill(id);
  await field('namespace').fill(namespace);
  await page.locator('[data-entry=hello]').click();
  await field('tasks[0].message').fill('Counting orders');
  await addEntry('tasks', 'shell script');
  await field('tasks[1].id').fill('count');
  await field('tasks[1].script').fill(`echo "batch 1"\nfor i in $(seq 60); do test -e ${seen} && break; sleep 0.2; done\necho "batch 2"\nexit 4\n`);
  await addEntry('tasks', 'core log');
  await field('tasks[2].id').fill('report');
  await field('tasks[2].message').fill('All counted');
  await addEntry('triggers', 'schedule');
  await field('triggers[0].id').fill('hourly');
  await field('triggers[0].cron').fill('0 * * * *');
  await save();

  await page.waitForURL(`**/flows/${namespace}/${id}/edit`);
  await page.locator('.mr-node[data-task=count]').waitFor();
});

test('runs it and follows its log while it is written', async () => {
  await page.getByRole('button', { name: 'Execute' }).click();
  await noFindingIn('the dialogue that runs a flow');
  await page.locator('[role=dialog]').getByRole('button', { name: 'Execute' }).click();
  await page.waitForURL('**/executions/*');
  execution = new URL(page.url()).pathname.split('/')[4] ?? '';
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByText('batch 1', { exact: true }).waitFor();
  expect(await page.getByText('batch 2', { exact: true }).count()).toBe(0);
  writeFileSync(seen, '');

  await page.getByText('batch 2', { exact: true }).waitFor();
});

test('sees it fail, and where', async () => {
  await page.locator('h1 [data-state=FAILED]').waitFor();
  await page.getByText('Task count failed.').waitFor();
  await page.getByRole('tab', { name: 'Gantt' }).click();

  await page.locator('[data-task-run=count][data-state=FAILED]').waitFor();
  expect(await page.locator('[data-task-run=report]').count()).toBe(0);
});

test('mends the flow', async () => {
  await page.getByRole('link', { name: 'Mend the flow' }).click();
  await page.locator('[data-entry=count]').click();
  await field('tasks[1].script').fill('echo "batch 1"\n');
  await save();

  await page.getByText('Saved as revision 2').waitFor();
});

test('runs one task of it with the outputs of the run before, from the editor', async () => {
  await page.getByRole('button', { name: 'Playground' }).click();
  const drawer = page.locator('[role=dialog]');
  await drawer.getByLabel('Task', { exact: true }).click();
  await page.getByRole('option', { name: 'count' }).click();
  await drawer.getByRole('button', { name: 'Run this task' }).click();

  await drawer.locator('[data-tried=count][data-state=SUCCESS]').waitFor();
  await drawer.getByText('batch 1', { exact: true }).waitFor();
  await drawer.getByRole('button', { name: 'Next task' }).click();
  await drawer.getByRole('button', { name: 'Run this task' }).click();
  await drawer.locator('[data-tried=report][data-state=SUCCESS]').waitFor();
  await noFindingIn('the playground');
  await drawer.getByRole('button', { name: 'Close' }).click();
});

test('moves tasks in the picture, by keys and by dragging, and adds one there', async () => {
  const order = () => page.locator('[data-entry]').evaluateAll((all) => all.map((one) => one.getAttribute('data-entry')).filter((one) => one !== 'hourly'));
  const node = (task: string) => page.locator(`.mr-node[data-task=${task}]`);
  const becomes = async (wanted: string[]) => expect.poll(order, { timeout: PATIENCE }).toEqual(wanted);
  await page.locator('.react-flow__node', { has: node('report') }).focus();
  await page.keyboard.press('Alt+ArrowUp');
  await becomes(['hello', 'report', 'count']);
  // the picture is drawn anew beside the page: what is dropped meanwhile is taken up again, as a person would
  const dragged = async () => {
    await node('report').dragTo(node('count'), { targetPosition: { x: 100, y: 48 } });
    return order();
  };
  await expect.poll(dragged, { timeout: PATIENCE, interval: 1000 }).toEqual(['hello', 'count', 'report']);

  await node('hello').hover();
  await page.locator('[data-add-after=hello]').click();
  await page.getByPlaceholder('Search', { exact: true }).fill('core log');
  await page.locator('[data-type]').first().waitFor();
  await page.keyboard.press('Enter');
  await becomes(['hello', 'log', 'count', 'report']);
  await page.locator('[data-entry=log]').focus();
  await page.keyboard.press('Delete');
  await becomes(['hello', 'count', 'report']);
});

test('replays it from the task that failed, with the newest revision', async () => {
  await page.goto(`${url}/ui/main/executions/${execution}`);
  await page.getByRole('button', { name: 'Replay', exact: true }).click();
  await page.locator('[role=dialog]').getByRole('button', { name: 'Replay' }).click();
  await page.waitForURL((here) => here.pathname.includes('/executions/') && !here.pathname.includes(execution));

  await page.locator('h1 [data-state=SUCCESS]').waitFor();
  await page.locator('[data-task-run=report][data-state=SUCCESS]').waitFor();
});

test('sees in the grid which task failed when', async () => {
  await page.goto(`${url}/ui/main/flows/${namespace}/${id}/grid`);
  const row = page.locator('[data-task=count]');
  await row.locator('[data-state=SUCCESS]').waitFor();

  expect(await row.locator('[data-state]').evaluateAll((all) => all.map((one) => one.getAttribute('data-state')))).toEqual(['FAILED', 'SUCCESS']);
  await row.locator('[data-state=FAILED]').click();
  await page.waitForURL(`**/executions/${execution}/gantt`);
});

test('looks at the last of three hundred iterations, and reads no others on the way', async () => {
  const headers = { Authorization: `Bearer ${await token('alice')}`, 'Content-Type': 'application/x-yaml' };
  const loop = `${id}-loop`;
  const values = JSON.stringify(Array.from({ length: 300 }, (_, i) => i));
  const source = `id: ${loop}\nnamespace: ${namespace}\ntasks:\n  - id: each\n    type: io.kestra.plugin.core.flow.ForEach\n    values: '${values}'\n    tasks:\n      - {id: body, type: io.kestra.plugin.core.debug.Return, format: done}\n`;
  expect((await fetch(`${url}/api/v1/main/flows`, { method: 'POST', headers, body: source })).status).toBeLessThan(300);
  const begun = (await (await fetch(`${url}/api/v1/main/executions/${namespace}/${loop}?wait=true`, { method: 'POST', headers: { Authorization: headers.Authorization } })).json()) as { id: string };
  const asked: string[] = [];
  page.on('request', (request) => { if (request.url().includes('/taskruns/outline')) asked.push(new URL(request.url()).search); });
  await page.goto(`${url}/ui/main/executions/${begun.id}`);
  await page.getByRole('button', { name: 'Show what is below each' }).click();
  await page.locator('[data-task-run=body]', { hasText: '0' }).first().waitFor();
  await page.locator('[data-gantt]').evaluate((element) => { element.scrollTop = element.scrollHeight; });

  await page.locator('[data-task-run=body]', { hasText: '299' }).waitFor();
  const pages = asked.filter((query) => !query.includes('NONE') && query.includes('parentTaskRunId')).map((query) => new URLSearchParams(query).get('page'));
  expect([...new Set(pages)]).toEqual(['1', '3']);
  await page.locator('[data-task-run=body]', { hasText: '299' }).click();
  await page.getByRole('dialog').getByText('done').waitFor();
  await noFindingIn('a task run');
  await page.keyboard.press('Escape');
});

test('backfills the schedule', async () => {
  await page.goto(`${url}/ui/main/flows/${namespace}/${id}/triggers`);
  await page.getByRole('button', { name: 'Actions of hourly' }).click();
  await page.getByRole('menuitem', { name: 'Backfill' }).click();
  const dialog = page.locator('[role=dialog]');
  const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const at = (hours: number) => {
    const date = new Date(hour - hours * 3_600_000 - 60_000);
    return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  };
  await dialog.getByLabel(/^From/).fill(at(3));
  await dialog.getByLabel(/^To/).fill(at(0));
  await dialog.getByRole('button', { name: 'Begin the backfill' }).click();

  await dialog.locator('[data-backfill-done="3"]').waitFor({ timeout: 2 * PATIENCE });
});

test('shows what others have written as text, whatever it looks like', async () => {
  const attack = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>[a](javascript:window.hit=1)';
  const headers = { Authorization: `Bearer ${await token('alice')}`, 'Content-Type': 'application/x-yaml' };
  const hostile = `${id}-hostile`;
  const quoted = JSON.stringify(attack);
  const source = `id: ${hostile}\nnamespace: ${namespace}\ndescription: ${quoted}\nlabels:\n  mark: ${quoted}\ninputs:\n  - {id: text, type: STRING, displayName: "<b onclick=x>", description: ${quoted}, defaults: ${quoted}}\ntasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, description: ${quoted}, message: ${quoted}}\n  - {id: give, type: io.kestra.plugin.core.debug.Return, format: ${quoted}}\n  - {id: break, type: io.kestra.plugin.core.execution.Fail, errorMessage: ${quoted}}\n`;
  expect((await fetch(`${url}/api/v1/main/flows`, { method: 'POST', headers, body: source })).status).toBeLessThan(300);
  const ended = (await (await fetch(`${url}/api/v1/main/executions/${namespace}/${hostile}?wait=true`, { method: 'POST', headers: { Authorization: headers.Authorization } })).json()) as { id: string };
  const places = [`executions/${ended.id}`, `executions/${ended.id}/logs`, `executions/${ended.id}/outputs`, `flows/${namespace}/${hostile}`, `flows/${namespace}/${hostile}/edit`, 'executions'];
  for (const place of places) {
    await page.goto(`${url}/ui/main/${place}`);
    await page.getByText('<img src=x onerror').first().waitFor();
    expect(await page.evaluate(() => [(window as { hit?: number }).hit, document.querySelectorAll('img[src=x], [onerror], [onclick], a[href^="javascript:" i]').length]), place).toEqual([undefined, 0]);
  }
});

test('makes a dashboard, whose mistakes show where they are', async () => {
  await page.goto(`${url}/ui/main/dashboards/new`);
  await page.locator('[data-chart=by_flow] td', { hasText: id }).first().waitFor();
  const text = page.getByRole('textbox', { name: 'Source of the dashboard' });
  await text.click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Shift+End');
  await page.keyboard.type(`id: ${id}`);
  await page.keyboard.press('Control+End');
  await page.keyboard.type('nonsense: true');
  await page.getByText(/Line \d+: .*nonsense/).waitFor();
  await page.locator('.cm-lint-marker-error').waitFor();
  await page.keyboard.press('Shift+Home');
  await page.keyboard.press('Delete');
  await page.getByText('No errors').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();

  await page.waitForURL(`**/dashboards/${id}`);
  await page.locator('[data-chart=by_state] [role=img]').waitFor();
  expect(await scan(page)).toEqual([]);
});

test('chooses side by side, is asked what depends on it, and begins with what is prefilled', async () => {
  const headers = { Authorization: `Bearer ${await token('alice')}`, 'Content-Type': 'application/x-yaml' };
  const form = `${id}-form`;
  const inputs = `inputs:
  - {id: size, displayName: Which size, type: SELECT, values: [small, large], isRadio: true}
  - {id: reason, type: STRING, prefill: "as ordered", dependsOn: {inputs: [size], condition: "{{ inputs.size == 'large' }}"}}
  - {id: colour, type: SELECT, values: [red, green], autoSelectFirst: true}
  - {id: place, type: SELECT, values: [here], allowCustomValue: true}
`;
  const source = `id: ${form}\nnamespace: ${namespace}\n${inputs}tasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: "{{ inputs.size }}, {{ inputs.reason ?? '' }}, {{ inputs.colour }}, {{ inputs.place }}"}\n`;
  expect((await fetch(`${url}/api/v1/main/flows`, { method: 'POST', headers, body: source })).status).toBeLessThan(300);
  await page.goto(`${url}/ui/main/flows/${namespace}/${form}`);
  await page.getByRole('button', { name: 'Execute' }).click();
  const dialog = page.locator('[role=dialog]');
  await dialog.getByRole('radio', { name: 'small' }).check();
  expect(await dialog.getByLabel(/^reason/).count()).toBe(0);
  await dialog.getByRole('radio', { name: 'large' }).check();
  await dialog.getByLabel(/^reason/).waitFor();
  expect(await dialog.getByLabel(/^reason/).inputValue()).toBe('as ordered');
  const box = (label: RegExp) => dialog.locator('input').and(dialog.getByLabel(label));
  expect(await box(/^colour/).inputValue()).toBe('red');
  await box(/^place/).fill('elsewhere');
  await page.keyboard.press('Escape');
  await noFindingIn('a run form with inputs');
  await dialog.getByRole('button', { name: 'Execute' }).click();

  await page.locator('h1 [data-state=SUCCESS]').waitFor();
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByText('large, as ordered, red, elsewhere').waitFor();
});

test('sees of a namespace from Git what is different, plans, applies and rolls back', async () => {
  const repository = new Repository();
  try {
    const target = `${id}.git`;
    const flowOf = (message: string) => ({ '_flows/says.yaml': `id: says\nnamespace: ${target}\ntasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: ${message}}\n` });
    const address = await repository.open();
    const first = repository.commit('one', flowOf('one'));
    const headers = { Authorization: `Bearer ${await token('alice')}`, 'Content-Type': 'application/x-yaml' };
    expect((await fetch(`${url}/api/v1/main/flows`, { method: 'POST', headers, body: keeper('keeper', id, address, target) })).status).toBeLessThan(300);
    await page.goto(`${url}/ui/main/namespaces/${target}/git`);
    await page.getByText('This namespace does not come from Git').waitFor();
    const begun = (await (await fetch(`${url}/api/v1/main/executions/${id}/keeper?wait=true`, { method: 'POST', headers: { Authorization: headers.Authorization } })).json()) as { state: { current: string } };
    expect(begun.state.current).toBe('SUCCESS');

    await page.reload();
    await page.getByText(first, { exact: true }).waitFor();
    await page.getByText('All is as Git has it.').waitFor();
    expect((await fetch(`${url}/api/v1/main/flows/${target}/says`, { method: 'PUT', headers, body: flowOf('by hand')['_flows/says.yaml'] })).status).toBe(200);
    await page.reload();
    await page.getByRole('row', { name: new RegExp(`changed flow ${target} / says`) }).waitFor();
    expect(await scan(page)).toEqual([]);

    const second = repository.commit('two', flowOf('two'));
    const result = page.getByRole('dialog', { name: 'What changes' });
    await page.getByRole('button', { name: 'Plan' }).click();
    await result.getByRole('row', { name: new RegExp(`update flow ${target} / says`) }).waitFor();
    await result.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Apply' }).click();
    await result.locator('[data-state=SUCCESS]').waitFor();
    await result.getByRole('button', { name: 'Close' }).click();
    await page.getByText(second, { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Roll back' }).click();
    const question = page.getByRole('dialog', { name: 'Roll back' });
    expect(await question.getByLabel(/^Commit/).inputValue()).toBe(first);
    await question.getByRole('button', { name: 'Roll back' }).click();
    await result.locator('[data-state=SUCCESS]').waitFor();
    await result.getByRole('button', { name: 'Close' }).click();
    await page.getByText(first, { exact: true }).waitFor();
    await page.getByText('pinned', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Follow the branch again' }).click();
    await page.getByText('pinned', { exact: true }).waitFor({ state: 'detached' });
  } finally {
    repository.close();
  }
});

test('gives somebody a role, and another one later', async () => {
  await page.goto(`${url}/ui/main/access/bindings`);
  await page.getByRole('button', { name: 'Give a role' }).click();
  const dialog = page.locator('[role=dialog]');
  await dialog.getByLabel(/^Name( \*)?$/).fill(id);
  await dialog.getByRole('button', { name: 'Give a role' }).click();
  await dialog.waitFor({ state: 'detached' });
  // of many, it may be on another page
  await page.locator('input[aria-label="Rows a page"]').click();
  await page.getByRole('option', { name: '100' }).click();
  const row = page.getByRole('row').filter({ hasText: id });
  await row.getByText('Viewer').waitFor();

  await row.getByRole('button', { name: `Change what ${id} may do` }).click();
  const role = async (name: string) => {
    await dialog.locator('input').and(dialog.getByLabel('Role', { exact: true })).click();
    await page.getByRole('option', { name }).click();
  };
  await role('Editor');
  await noFindingIn('the dialogue that changes a binding');
  // somebody is faster: what he gave isn't overwritten unseen
  const headers = { Authorization: `Bearer ${await token('alice')}`, 'Content-Type': 'application/json' };
  const { results } = (await (await fetch(`${url}/api/v1/main/bindings?size=1000`, { headers })).json()) as { results: { id: string; name: string }[] };
  const binding = results.find((one) => one.name === id)?.id ?? '';
  expect((await fetch(`${url}/api/v1/main/bindings/${binding}`, { method: 'PUT', headers, body: '{"role": "launcher"}' })).status).toBe(200);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').getByText('Somebody has changed it meanwhile').first().waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await row.getByRole('button', { name: `Change what ${id} may do` }).click();
  await expect.poll(() => dialog.locator('input').and(dialog.getByLabel('Role', { exact: true })).inputValue(), { timeout: PATIENCE }).toMatch(/^launcher$/i);
  await role('Editor');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await row.getByText('Editor').waitFor();
  await row.getByRole('button', { name: `Take the role from ${id}` }).click();
  await dialog.getByRole('button', { name: 'Remove' }).click();
  await row.waitFor({ state: 'detached' });
});

test('is told when forms can not be shown yet, and has them when he asks again', async () => {
  let refused = 0;
  await page.route('**/plugins/schemas/flow', async (route) => {
    if (refused++ > 0) return route.continue();
    await route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{"detail": "The schema is being made"}' });
  });
  await page.goto(`${url}/ui/main/flows/new`);
  await page.getByText('Forms and topology').click();
  const alert = page.getByRole('alert').filter({ hasText: 'The schema is being made' });
  await alert.getByRole('button', { name: 'Try again' }).click();

  await page.locator('[data-entry=hello]').waitFor();
  await alert.waitFor({ state: 'detached' });
  await page.unroute('**/plugins/schemas/flow');
});

test('begins a flow with a blueprint of the team, and with a template', async () => {
  const source = (name: string) => `id: ${name}\nnamespace: ${namespace}\ntasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: team}\n`;
  const template = `extend:\n  templateArguments:\n    - {id: name, type: STRING}\n  template:\n    source: |\n${source('made-by-<< arg.name >>').replace(/^/gm, '      ')}\n`;
  const headers = { Authorization: `Bearer ${await token('alice')}`, 'Content-Type': 'application/json' };
  const made: string[] = [];
  for (const [title, text] of [[`0 plain ${id}`, source(`plain-${id}`)], [`0 template ${id}`, template]]) {
    const answer = await fetch(`${url}/api/v1/main/blueprints/flows`, { method: 'POST', headers, body: JSON.stringify({ title, source: text }) });
    expect(answer.status).toBe(200);
    made.push(((await answer.json()) as { id: string }).id);
  }
  try {
    await page.goto(`${url}/ui/main/flows/new`);
    await page.getByText('Forms and topology').click();
    await page.getByRole('button', { name: 'Blueprints' }).click();
    await page.getByRole('menuitem', { name: `0 plain ${id}` }).click();
    await expect.poll(() => field('id').inputValue(), { timeout: PATIENCE }).toBe(`plain-${id}`);

    await page.getByRole('button', { name: 'Blueprints' }).click();
    await page.getByRole('menuitem', { name: `0 template ${id}` }).click();
    await noFindingIn('the dialogue that asks what a template wants to know');
    await page.locator('[role=dialog]').getByLabel(/^name/).fill('me');
    await page.locator('[role=dialog]').getByRole('button', { name: 'Use it' }).click();
    await expect.poll(() => field('id').inputValue(), { timeout: PATIENCE }).toBe('made-by-me');
  } finally {
    for (const one of made) await fetch(`${url}/api/v1/main/blueprints/flows/${one}`, { method: 'DELETE', headers });
  }
});

test('sees as an operator who runs the tasks, and what waits where', async () => {
  await page.goto(`${url}/ui/main/workers`);
  await page.locator('[data-worker]', { hasText: 'slots' }).first().waitFor();
  await page.goto(`${url}/ui/main/system`);
  await page.locator('[data-service=execution] [data-status=UP]').waitFor();

  await page.locator('[data-lane="0"]').waitFor();
  await page.locator('[data-queue$=".jobs.default.main"]').waitFor();
});

test('has no page with a serious finding of axe, in light and in dark, that scrolls sideways on a narrow screen, or that says anything in English to whoever reads French', async () => {
  const findings: string[] = [];
  const other = await page.context().newPage();
  await other.goto(`${url}/ui/favicon.svg`);
  await page.bringToFront(); // what is behind another tab is drawn seldom
  for (const [name, path] of PAGES) {
    await page.goto(`${url}/ui/main/${filled(path, { namespace, flow: id, execution })}`);
    await page.locator('h1').waitFor();
    await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
    findings.push(...(await scanInBoth(page)).map((finding) => `${name}, ${finding}`));
    findings.push(...(await wide(page)).map((finding) => `${name}, narrow: ${finding}`));
    if (name.startsWith('plugin')) continue;
    findings.push(...(await english(page, other)).map((text) => `${name}, in French: ${text}`));
    if (name === 'preferences') findings.push(...(await scan(page)).map((finding) => `${name}, in French: ${finding}`));
    await speak(other, page, 'en');
  }
  await other.close();
  expect(findings).toEqual([]);
}, 900_000);

test('has dark colours that stay', async () => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`${url}/ui/main/flows`);
  await page.getByRole('button', { name: 'Dark colours' }).click();
  await page.reload();
  await page.getByRole('heading', { name: 'Flows' }).waitFor();

  expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
});

test('speaks French', async () => {
  await page.getByRole('button', { name: 'Language' }).click();
  await page.getByRole('menuitem', { name: 'Français' }).click();
  await page.getByRole('link', { name: 'Créer un flux' }).waitFor();
  await page.reload();

  await page.getByRole('heading', { name: 'Flux' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('fr');
});

test('runs the flow from a page of a portal, which has a token and no session', async () => {
  const portal = await (await browser.newContext({ locale: 'en-GB' })).newPage();
  portal.setDefaultTimeout(PATIENCE);
  portal.on('console', (message) => {
    if (message.type() === 'error') errors.push(`portal: ${message.text()}`);
  });
  await portal.goto(`${url}/ui/embed/sample.html`);
  await portal.getByLabel('Token').fill(await token('alice'));
  await portal.getByLabel('Namespace').fill(namespace);
  await portal.getByLabel('Flow').fill(id);
  await portal.getByRole('button', { name: 'Show' }).click();
  await portal.getByRole('button', { name: 'Run', exact: true }).click();

  await portal.locator('millrace-execution [role=status][data-state=SUCCESS]').waitFor();
  await portal.locator('millrace-execution tr[data-task=report] [data-state=SUCCESS]').waitFor();
  await portal.getByText('All counted').waitFor();
  await portal.getByText(/millrace-ended .* SUCCESS/).waitFor();
  expect(await scan(portal)).toEqual([]);
});

test('broke no rule of the page on the way', () => {
  expect(errors).toEqual([]);
});

test('offers a viewer nothing that he may not do, and tells him what he lacks', async () => {
  const viewer = await signIn(browser, 'carol', { path: `/ui/main/flows/${namespace}/${id}` });
  await viewer.page.getByRole('heading', { name: id }).waitFor();
  expect(await viewer.page.getByRole('button', { name: 'Execute' }).count()).toBe(0);
  expect(await viewer.page.getByRole('link', { name: 'Audit log' }).count()).toBe(0);

  expect(await viewer.page.getByRole('link', { name: 'Tenants' }).count()).toBe(0);
  await viewer.page.goto(`${url}/ui/main/tenants/main/egress`);
  await viewer.page.getByRole('alert').waitFor();
  await viewer.page.goto(`${url}/ui/main/audit`);
  await viewer.page.getByText('You may see this, but not do that').waitFor();
});
