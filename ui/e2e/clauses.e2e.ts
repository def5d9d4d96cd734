// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Browser, Locator, Page } from 'playwright-core';
import { Api } from './api';
import { openBrowser, PATIENCE, signIn, signInAs, url } from './browser';
import { scan, scanDialog, scanInBoth } from './scan';

/** What pages promise one by one, in a real browser against a running suite. Each test stands for itself. */
const id = `part-${Date.now().toString(36)}`;
const namespace = `company.${id}`;
let browser: Browser;
let page: Page;
let errors: string[];
let api: Api;

beforeAll(async () => {
  browser = await openBrowser();
  api = await Api.open();
  ({ page, errors } = await signIn(browser, 'alice', { path: '/ui/main/flows' }));
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail' || !page) return;
  mkdirSync('target', { recursive: true });
  await page.screenshot({ path: 'target/clauses-failure.png' }).catch(() => undefined);
  process.stderr.write(`${[`At ${page.url()} (target/clauses-failure.png)`, ...(await page.getByRole('alert').allInnerTexts().catch(() => [])), ...errors].join('\n')}\n`);
});
afterAll(() => browser?.close());

const open = (path: string) => page.goto(`${url}/ui/main/${path}`);
const dialog = () => page.locator('[role=dialog]');
const isState = (state: string) => page.locator(`h1 [data-state=${state}]`).waitFor();
/** A field of Mantine's has its list under the same name. */
const input = (within: Page | Locator, name: RegExp | string) => within.locator('input, textarea').and(within.getByLabel(name));

test('reviews an approval: denies with the comment that it takes, approves with its form', async () => {
  const flow = `${id}-approval`;
  await api.flow(`id: ${flow}
namespace: ${namespace}
tasks:
  - id: ask
    type: io.kestra.plugin.core.flow.Approval
    inputs: [{id: ticket, displayName: Which ticket, type: STRING}]
    decisions: {approve: Ship it, deny: Hold back}
    commentRequired: ON_DENY
    timeout: P1D
    approval: {users: [alice], other: false}
    onApprove:
      - {id: shipped, type: io.kestra.plugin.core.log.Log, message: "shipped with {{ outputs.ask.inputs.ticket }}"}
    onDeny:
      - {id: held, type: io.kestra.plugin.core.log.Log, message: "held: {{ outputs.ask.comment }}"}
`);
  await open(`executions/${await api.start(namespace, flow)}`);
  await page.getByRole('button', { name: 'Review' }).click();
  await dialog().getByText('Expires').waitFor();
  expect(await dialog().getByRole('button', { name: 'Hold back' }).isDisabled()).toBe(true);
  expect(await scanDialog(page)).toEqual([]);
  await dialog().getByLabel(/^Comment/).fill('not today');
  await dialog().getByLabel(/^Which ticket/).fill('T-0');
  await dialog().getByRole('button', { name: 'Hold back' }).click();
  await isState('CANCELLED');
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByText('held: not today').waitFor();

  await open(`executions/${await api.start(namespace, flow)}`);
  await page.getByRole('button', { name: 'Review' }).click();
  await dialog().getByLabel(/^Which ticket/).fill('T-42');
  await dialog().getByRole('button', { name: 'Ship it' }).click();
  await isState('SUCCESS');
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByText('shipped with T-42').waitFor();
});

test('tells whoever may not decide why, and lets him do nothing', async () => {
  const flow = `${id}-not-mine`;
  await api.flow(`id: ${flow}
namespace: ${namespace}
tasks:
  - {id: ask, type: io.kestra.plugin.core.flow.Approval, approval: {groups: [release-managers]}}
`);
  await open(`executions/${await api.start(namespace, flow)}`);
  await page.getByRole('button', { name: 'Review' }).click();

  await dialog().getByRole('alert').waitFor();
  expect(await dialog().getByRole('button', { name: /Approve|Deny/ }).evaluateAll((all) => all.map((button) => (button as HTMLButtonElement).disabled))).toEqual([true, true]);
});

test('resumes a pause with what it asks for', async () => {
  const flow = `${id}-pause`;
  await api.flow(`id: ${flow}
namespace: ${namespace}
tasks:
  - id: wait
    type: io.kestra.plugin.core.flow.Pause
    onResume:
      - {id: amount, displayName: How many, type: INT, min: 1}
      - {id: kind, type: SELECT, values: [whole, half]}
  - {id: say, type: io.kestra.plugin.core.log.Log, message: "{{ outputs.wait.onResume.amount }} {{ outputs.wait.onResume.kind }}"}
`);
  await open(`executions/${await api.start(namespace, flow)}`);
  await page.getByRole('button', { name: 'Resume' }).click();
  await dialog().getByLabel(/^How many/).fill('3');
  await input(dialog(), /^kind/).click();
  await page.getByRole('option', { name: 'half' }).click();
  expect(await scanDialog(page)).toEqual([]);
  await dialog().getByRole('button', { name: 'Resume' }).click();

  await isState('SUCCESS');
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByText('3 half', { exact: true }).waitFor();
});

test('shows every run in the grid: at a breakpoint, failed and taken over by another', async () => {
  const flow = `${id}-grid`;
  const task = (name: string, rest: string) => `  - {id: ${name}, type: io.kestra.plugin.core.${rest}}\n`;
  await api.flow(`id: ${flow}\nnamespace: ${namespace}\nretry: {type: constant, interval: PT0.2S, maxAttempts: 2, behavior: CREATE_NEW_EXECUTION}\ntasks:\n${task('first', 'debug.Return, format: x')}${task('breaks', 'execution.Fail')}`);
  await api.start(namespace, flow);
  await open(`flows/${namespace}/${flow}/grid`);
  await page.locator('thead [data-state=RETRIED]').waitFor();
  await api.start(namespace, flow, '?breakpoints=breaks');
  await page.reload();
  await page.locator('[data-task=breaks] [data-state=BREAKPOINT]').waitFor();

  const squares = await page.locator('.mr-square').evaluateAll((all) => all.map((square) => ({ state: square.getAttribute('data-state'), colour: getComputedStyle(square).backgroundColor, name: square.getAttribute('aria-label') })));
  expect(squares.filter(({ colour, name }) => colour === 'rgba(0, 0, 0, 0)' || !name)).toEqual([]);
  const runs = squares.length / 3;
  expect(runs).toBeGreaterThanOrEqual(3);
  expect(Number.isInteger(runs), 'each run has a square for itself and for both of its tasks').toBe(true);
});

test('has a conflict as a merge: decides part by part, by keys', async () => {
  const flow = `${id}-merge`;
  const source = (first: string, last: string) => `id: ${flow}\nnamespace: ${namespace}\ntasks:\n  - {id: first, type: io.kestra.plugin.core.log.Log, message: ${first}}\n${Array.from({ length: 12 }, (_, i) => `  - {id: same-${i}, type: io.kestra.plugin.core.log.Log, message: same}\n`).join('')}  - {id: last, type: io.kestra.plugin.core.log.Log, message: ${last}}\n`;
  await api.flow(source('before', 'before'));
  await open(`flows/${namespace}/${flow}/edit`);
  await page.getByText('YAML', { exact: true }).click();
  const editor = page.getByRole('textbox', { name: 'Source of the flow' });
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(source('mine', 'mine'));
  await api.call('PUT', `main/flows/${namespace}/${flow}`, source('theirs', 'theirs'), 'application/x-yaml');
  await page.keyboard.press('Control+s');
  await dialog().getByText('Somebody has saved revision 2 meanwhile').waitFor();
  expect(await scanDialog(page)).toEqual([]);
  expect(await dialog().locator('[data-merge]').count()).toBe(4);
  await dialog().locator('[data-merge=accept]').first().focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => dialog().locator('[data-merge]').count(), { timeout: PATIENCE }).toBe(2);
  await dialog().locator('[data-merge=reject]').focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => dialog().locator('[data-merge]').count(), { timeout: PATIENCE }).toBe(0);
  await dialog().getByRole('button', { name: 'Go on with this text' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();

  await page.getByText('Saved as revision 3').waitFor();
  const { source: stored } = await api.call<{ source: string }>('GET', `main/flows/${namespace}/${flow}?source=true`);
  expect(stored).toBe(source('mine', 'theirs'));
});

test('keeps files: searched, moved, and merged where two have written at once', async () => {
  await open(`namespaces/${namespace}/files`);
  await page.getByRole('button', { name: 'New file' }).click();
  await dialog().getByLabel(/^Name/).fill('notes/a.txt');
  await dialog().getByRole('button', { name: 'Add' }).click();
  const editor = dialog().getByRole('textbox', { name: '/notes/a.txt' });
  await editor.click();
  await page.keyboard.insertText('mine');
  // what isn't stored isn't lost by a slip
  await page.keyboard.press('Escape');
  const form = new FormData();
  form.append('fileContent', new Blob(['theirs']), 'a.txt');
  await api.form(`main/namespaces/${namespace}/files?path=/notes/a.txt`, form);
  await dialog().getByRole('button', { name: 'Save' }).click();
  await page.getByText('Somebody has saved another version meanwhile').waitFor();
  await page.getByRole('button', { name: 'Go on with this text' }).click();
  await dialog().getByRole('button', { name: 'Save' }).click();
  await page.getByText('File saved').first().waitFor();
  await expect.poll(() => api.text(`main/namespaces/${namespace}/files?path=/notes/a.txt`), { timeout: PATIENCE }).toBe('mine');
  await dialog().getByRole('button', { name: 'Close' }).first().click();
  await dialog().waitFor({ state: 'detached' });

  await input(page, 'Search files').fill('a.txt');
  await page.getByRole('button', { name: '/notes/a.txt' }).waitFor();
  await input(page, 'Search files').fill('');
  await page.getByRole('button', { name: 'Rename or move notes' }).click();
  await dialog().getByLabel(/^Path/).fill('/kept');
  expect(await scanDialog(page)).toEqual([]);
  await dialog().getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'kept', exact: true }).waitFor();
  expect(await scan(page)).toEqual([]);
});

test('keeps a secret, changes it, and sees who has read it', async () => {
  const flow = `${id}-secret`;
  await open(`namespaces/${namespace}/secrets`);
  await page.getByRole('button', { name: 'Add a secret' }).click();
  await dialog().getByLabel(/^Key/).fill('TOKEN');
  await input(dialog(), /^Value/).fill('first-value-of-it');
  expect(await scanDialog(page)).toEqual([]);
  await dialog().getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Change TOKEN' }).click();
  await input(dialog(), /^Value/).fill('second-value-of-it');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await page.getByRole('row', { name: /TOKEN.* 2 / }).waitFor();
  await input(page, 'Search secrets').fill('no-such');
  await page.getByText('No secret found').waitFor();
  await input(page, 'Search secrets').fill('');
  await api.flow(`id: ${flow}\nnamespace: ${namespace}\ntasks:\n  - {id: use, type: io.kestra.plugin.scripts.shell.Script, env: {TOKEN: "{{ secret('TOKEN') }}"}, script: test -n "$TOKEN"}\n`);
  const execution = await api.run(namespace, flow);
  await page.getByRole('link', { name: 'Who read TOKEN' }).click();

  await page.waitForURL('**/audit?*');
  const link = page.getByRole('row', { name: new RegExp(`secret.read secret/${namespace}/TOKEN`) }).getByRole('link', { name: flow });
  await expect.poll(async () => { await page.reload(); await page.getByRole('heading', { name: 'Audit log' }).waitFor(); return link.count(); }, { timeout: PATIENCE, interval: 1_000 }).toBeGreaterThan(0);
  await link.first().click();
  await page.waitForURL(`**/executions/${execution}`);
});

test('writes tests of a flow beside it, runs them, and sees what did not hold', async () => {
  const flow = `${id}-tested`;
  await api.flow(`id: ${flow}\nnamespace: ${namespace}\ntasks:\n  - {id: give, type: io.kestra.plugin.core.debug.Return, format: done}\n`);
  await open(`flows/${namespace}/${flow}/tests`);
  await page.getByRole('button', { name: 'Write a suite' }).click();
  const editor = dialog().getByRole('textbox');
  await editor.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('      - value: "{{ outputs.give.value }}"\n        equalTo: other\n');
  await dialog().getByText('No errors').waitFor();
  expect(await scanDialog(page)).toEqual([]);
  await dialog().getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await dialog().locator('[data-test=ends_well][data-state=FAILED]').waitFor();
  await dialog().getByText('equalTo other · but got done').waitFor();
  expect(await scanDialog(page)).toEqual([]);
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: /Last result of/ }).locator('[data-state=FAILED]').waitFor();
  await open(`tests?q=${flow.toUpperCase()}`);
  await page.getByRole('link', { name: flow }).waitFor();
  await page.getByRole('button', { name: /Last result of/ }).waitFor();
  expect(await scan(page)).toEqual([]);
  await page.getByRole('searchbox').or(page.getByLabel('Search', { exact: true })).first().fill('nothing-is-called-so');
  await page.getByText('No test found').waitFor();
});

test('looks into files that tasks store: rows as a table', async () => {
  const flow = `${id}-files`;
  await api.flow(`id: ${flow}\nnamespace: ${namespace}\ntasks:\n  - id: make\n    type: io.kestra.plugin.scripts.shell.Script\n    outputFiles: [rows.csv, notes.md]\n    script: |\n      printf 'name,place\\n"Doe, Jane",Paris\\n' > rows.csv\n      printf '# Notes\\n\\nAll **well**.\\n' > notes.md\n`);
  await open(`executions/${await api.run(namespace, flow)}/outputs`);
  const row = (name: string) => page.getByRole('row', { name: new RegExp(`^${name}`) }).last();
  await row('rows.csv').getByRole('button', { name: 'Look' }).click();
  await dialog().getByRole('cell', { name: 'Doe, Jane' }).waitFor();
  expect(await scanDialog(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
  await row('notes.md').getByRole('button', { name: 'Look' }).click();

  await dialog().locator('strong', { hasText: 'well' }).waitFor();
});

test('finds its way in a log, in metrics and in the history of an execution', async () => {
  const flow = `${id}-signs`;
  await api.flow(`id: ${flow}\nnamespace: ${namespace}\ntasks:\n  - id: measure\n    type: io.kestra.plugin.scripts.shell.Script\n    script: |\n      for i in $(seq 300); do echo "line $i"; done\n      printf '\\033[1;31mbright\\033[0m at https://example.com/it.\\n'\n      echo '::{"metrics":[{"name":"rows","type":"counter","value":42,"tags":{"of":"orders"}}]}::'\n  - {id: warn, type: io.kestra.plugin.core.log.Log, level: ERROR, message: there it is}\n  - {id: many, type: io.kestra.plugin.core.log.Log, message: "{{ range(1, 200) | join('\\n') }}"}\n`);
  const execution = await api.run(namespace, flow);
  await open(`executions/${execution}/logs`);
  await page.getByText('line 1', { exact: true }).waitFor();
  expect(await page.getByText('there it is').count()).toBe(0);
  await page.getByRole('button', { name: 'First error' }).click();
  await page.getByText('there it is').waitFor();
  await page.getByLabel('Search in the log').fill('line 299');
  await page.keyboard.press('Enter');
  await page.locator('.mr-log-line.hit').waitFor();
  await page.getByLabel('Search in the log').fill('bright at');
  await page.keyboard.press('Enter');
  const coloured = page.locator('.mr-log-line.hit .mr-message');
  await coloured.getByText('bright', { exact: true }).waitFor();
  expect(await coloured.innerText()).toBe('bright at https://example.com/it.');
  expect(await coloured.getByText('bright', { exact: true }).evaluate((part) => getComputedStyle(part).fontWeight)).toBe('700');
  expect(await coloured.getByRole('link').getAttribute('href')).toBe('https://example.com/it');

  await page.getByRole('tab', { name: 'Metrics' }).click();
  await page.getByRole('row', { name: /measure rows 42 of=orders/ }).waitFor();
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByRole('row', { name: /Success.*many/ }).waitFor();
  const times = await page.locator('tbody time, tbody td:first-child').allInnerTexts();
  expect(times.length).toBeGreaterThan(8);
  expect([...times].sort()).toEqual(times);
  await open(`flows/${namespace}/${flow}/metrics`);
  await page.getByRole('img', { name: /: 42/ }).waitFor();
});

test('has filters in the address, and actions on all that they find', async () => {
  const flow = `${id}-many`;
  await api.flow(`id: ${flow}\nnamespace: ${namespace}\nlabels: {team: ${id}}\ntasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: needle-${id}}\n`);
  for (let i = 0; i < 3; i++) await api.run(namespace, flow);
  await open('executions');
  await input(page, 'State').click();
  await page.getByRole('option', { name: 'Success' }).click();
  await page.keyboard.press('Escape');
  await input(page, 'Namespace').fill(namespace);
  await page.keyboard.press('Escape');
  await input(page, 'Labels').fill(`team:${id}`);
  await page.keyboard.press('Enter');
  await page.waitForURL((here) => here.searchParams.get('state') === 'SUCCESS' && here.searchParams.get('namespace') === namespace && here.searchParams.get('labels') === `team:${id}`);
  await page.reload();
  await expect.poll(() => page.locator('tbody tr').count(), { timeout: PATIENCE }).toBe(3);
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Labels' }).click();
  await input(dialog(), 'Labels').fill('checked:yes');
  await page.keyboard.press('Enter');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await page.getByText('3 executions changed').waitFor();
  await expect.poll(() => page.locator('tbody').getByText('checked: yes').count(), { timeout: PATIENCE }).toBe(3);

  await open(`flows?in=source&q=needle-${id}`);
  await page.locator('mark', { hasText: `needle-${id}` }).waitFor();
  await page.getByText('Names', { exact: true }).click();
  await input(page, 'Search by id').fill(flow);
  const bars = page.getByRole('row', { name: new RegExp(flow) }).locator('.mr-bars span');
  await expect.poll(() => bars.count(), { timeout: PATIENCE }).toBe(3);
});

test('says on the first page which schedules are late', async () => {
  await page.route('**/triggers/search?*endDate*', (route) => route.fulfill({ json: { total: 7, results: [{ triggerContext: { namespace, flowId: 'nightly-report', triggerId: 'nightly', nextExecutionDate: new Date(Date.now() - 3_600_000).toISOString() } }] } }));
  await open('');
  const late = page.locator('[data-schedules=late]');
  await late.getByRole('link', { name: 'nightly-report' }).waitFor();
  await late.getByText('1 hour ago').waitFor();
  await late.getByText('7', { exact: true }).waitFor();
  await page.unroute('**/triggers/search?*endDate*');

  await page.reload();
  await late.getByText('Every schedule is on time.').waitFor();
});

test('goes everywhere and starts a flow with keys alone', async () => {
  const flow = `${id}-keys`;
  await api.flow(`id: ${flow}\nnamespace: ${namespace}\ntasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: by keys}\n`);
  await open('');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Search and go').waitFor();
  await page.keyboard.type('Flows');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Flows' }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type(flow);
  await page.getByRole('link', { name: flow, exact: true }).waitFor();
  await expect.poll(async () => { await page.keyboard.press('Tab'); return page.evaluate(() => document.activeElement?.textContent); }, { timeout: PATIENCE, interval: 20 }).toBe(flow);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: flow }).waitFor();
  await page.keyboard.press('r');
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent), { timeout: PATIENCE }).toBe('Execute');
  await page.keyboard.press('Enter');

  await isState('SUCCESS');
});

test('loses nothing of a form when the network is gone or the session over, on a narrow screen', async () => {
  const flow = `${id}-kept`;
  const tasks = Array.from({ length: 40 }, (_, i) => `  - {id: step-${i}, type: io.kestra.plugin.core.log.Log, message: "{{ inputs.what }}"}\n`).join('');
  await api.flow(`id: ${flow}\nnamespace: ${namespace}\ninputs: [{id: what, type: STRING}]\ntasks:\n${tasks}triggers:\n  - {id: often, type: io.kestra.plugin.core.trigger.Schedule, cron: "*/15 2-6 * * 1-5", disabled: true}\n`);
  const { page: own } = await signIn(browser, 'alice', { path: `/ui/main/flows/${namespace}/${flow}`, viewport: { width: 390, height: 844 } });
  // what is too big to be read begins where it begins
  const first = own.locator('.mr-node[data-task=step-0]');
  await expect.poll(async () => (await first.boundingBox())?.height ?? 0, { timeout: PATIENCE }).toBeGreaterThan(30);
  expect((await own.getByRole('tablist').boundingBox())?.height).toBeLessThan(60);
  await own.getByRole('button', { name: 'Execute' }).click();
  const form = own.getByRole('dialog', { name: `Execute ${flow}` });
  await form.getByLabel(/^what/).fill('precious');
  await own.context().setOffline(true);
  await form.getByRole('button', { name: 'Execute', exact: true }).click();
  const gone = own.locator('.mr-gone');
  await gone.waitFor();
  await own.context().setOffline(false);
  await gone.waitFor({ state: 'detached' });
  expect((await api.call<{ total: number }>('GET', `main/executions/search?flowId=${flow}`)).total).toBe(0);

  await own.context().clearCookies();
  // what the page reads by itself may be told first, and then the form is covered
  await form.getByRole('button', { name: 'Execute', exact: true }).dispatchEvent('click');
  const beside = own.getByRole('link', { name: 'Sign in in another tab' });
  await beside.waitFor();
  expect(await scan(own, '[data-session=over]')).toEqual([]);
  const [other] = await Promise.all([own.context().waitForEvent('page'), beside.click()]);
  const closed = other.waitForEvent('close');
  await signInAs(other, 'alice');
  await closed;
  await beside.waitFor({ state: 'detached' });
  expect(await form.getByLabel(/^what/).inputValue()).toBe('precious');
  await form.getByRole('button', { name: 'Execute', exact: true }).click();

  await own.waitForURL('**/executions/*');
  await own.getByRole('tab', { name: 'Overview' }).click();
  await own.getByRole('row', { name: /what precious/ }).waitFor();
  await own.setViewportSize({ width: 1440, height: 900 });
  await own.goto(`${url}/ui/main/flows/${namespace}/${flow}/edit`);
  await own.getByText('YAML', { exact: true }).click();
  await own.locator('.cm-content').press('Control+End');
  // what is known of a key may come after the pointer did, and then waits until it moves
  await expect
    .poll(async () => {
      await own.mouse.move(0, 0);
      await own.locator('.cm-line', { hasText: 'cron:' }).getByText('*/15').hover();
      return own.getByText('Every 15 minutes, between 02:00 and 06:59, Monday through Friday').waitFor({ timeout: 2_000 }).then(() => true, () => false);
    }, { timeout: PATIENCE })
    .toBe(true);
  await own.getByText('YAML and documentation').click();
  await own.locator('.cm-content').press('Control+End');
  await own.locator('[data-documented="io.kestra.plugin.core.trigger.Schedule"]').getByRole('heading', { name: 'Properties' }).waitFor();
  expect(await scan(own, '[data-documented]')).toEqual([]);
  await own.context().close();
});

test('saves by keys from a form, too', async () => {
  await open('flows/new');
  await page.getByText('Forms and topology').click();
  await page.locator('[data-entry=hello]').waitFor();
  const name = `${id}-saved`;
  await page.locator('[data-field="id"]').fill(name);
  await page.locator('[data-field="namespace"]').fill(namespace);
  await page.getByText('No errors').waitFor();
  await page.locator('[data-field="namespace"]').press('Control+s');

  await page.waitForURL(`**/flows/${namespace}/${name}/edit`);
});

test('has dates in the time zone that he has chosen, in fields as well', async () => {
  const flow = `${id}-later`;
  await api.flow(`id: ${flow}\nnamespace: ${namespace}\ntasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: later}\n`);
  await open('preferences');
  await input(page, 'Time zone of all dates').fill('Pacific/Kiritimati');
  await page.getByRole('option', { name: 'Pacific/Kiritimati' }).click();
  await open(`flows/${namespace}/${flow}`);
  await page.getByRole('button', { name: 'Execute' }).click();
  await dialog().getByRole('button', { name: 'Labels, schedule, curl' }).click();
  await dialog().getByLabel('Scheduled for').fill('2040-01-02T03:04');
  await dialog().getByRole('button', { name: 'Execute', exact: true }).click();

  // fourteen hours before UTC
  await page.locator('time[datetime^="2040-01-01T13:04"]', { hasText: /02.*03:04/ }).waitFor();
  await api.call('DELETE', `main/executions/${new URL(page.url()).pathname.split('/')[4] ?? ''}/kill`);
  await page.evaluate(() => localStorage.removeItem('millrace.preferences'));
});

test('makes a token of his own for programs, and revokes it', async () => {
  await open('preferences');
  await page.getByLabel('Name of the token').fill(id);
  await page.getByRole('button', { name: 'Make a token' }).click();
  const own = (await page.getByRole('alert').locator('pre').innerText()).trim();
  const status = async () => (await fetch(`${url}/api/v1/main/me`, { headers: { Authorization: `Bearer ${own}` } })).status;
  await expect.poll(status, { timeout: PATIENCE }).toBe(200);
  await page.getByRole('button', { name: `Revoke ${id}` }).click();
  await dialog().getByRole('button', { name: 'Revoke', exact: true }).click();
  await page.getByRole('row', { name: id }).waitFor({ state: 'detached' });

  await expect.poll(status, { timeout: PATIENCE }).toBe(401);
});

test('makes a tenant, says what it may have and reach, goes there, finds nothing of the first one, and removes it', async () => {
  const tenant = id;
  const name = `Tenant ${id}`;
  try {
    await open('tenants');
    await page.getByRole('button', { name: 'Make a tenant' }).click();
    await input(dialog(), /^Id/).fill(tenant);
    await input(dialog(), /^Name$/).fill(name);
    await dialog().getByRole('button', { name: 'Make a tenant' }).click();
    await dialog().waitFor({ state: 'detached' });
    await page.getByLabel('Search by name').fill(tenant);
    await page.getByRole('link', { name }).click();

    await page.getByRole('button', { name: 'Set a quota' }).click();
    await input(dialog(), 'Of what').click();
    await page.getByRole('option', { name: 'Log of a day' }).click();
    await input(dialog(), 'At most').fill('5');
    await dialog().getByRole('button', { name: 'Save' }).click();
    const quota = page.getByRole('row', { name: /the whole tenant Log of a day 5.0 MiB/ });
    await quota.getByRole('button').click();
    await input(dialog(), 'At most').fill('7');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: /Log of a day 7.0 MiB/ }).waitFor();

    await page.getByRole('tab', { name: 'Egress rules' }).click();
    await input(page, /^May be reached/).fill('db.corp:99999');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('db.corp:99999').first().waitFor();
    await input(page, /^May be reached/).press('Backspace');
    await input(page, /^May be reached/).fill('db.corp:5432');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Rules saved').waitFor();

    await open('flows');
    await page.getByRole('heading', { name: 'Flows' }).waitFor();
    await input(page, 'Tenant').click();
    await page.getByRole('option', { name }).click();
    await page.waitForURL(`**/ui/${tenant}`);
    await page.getByRole('link', { name: 'Flows', exact: true }).click();
    await page.getByText('No flows yet').waitFor();
    await page.getByRole('link', { name: 'Egress rules', exact: true }).click();
    await page.getByText('db.corp:5432', { exact: true }).waitFor();
    await input(page, 'Tenant').click();
    await page.getByRole('option', { name: 'main' }).click();
    await page.waitForURL('**/ui/main');

    await open(`tenants?q=${tenant}`);
    await page.getByRole('button', { name: `Remove ${name}` }).click();
    const remove = dialog().getByRole('button', { name: 'Remove' });
    expect(await remove.isDisabled()).toBe(true);
    await input(dialog(), `To confirm, write ${tenant}`).fill(tenant);
    await remove.click();
    await page.getByText('No tenants').waitFor();
  } finally {
    const { total } = await api.call<{ total: number }>('GET', `tenants/search?q=${tenant}`);
    if (total > 0) await api.call('DELETE', `tenants/${tenant}`);
  }
});

test('shows whoever runs the installation and is of no tenant what is above them, and no page that is broken', async () => {
  const { page: seen, errors: broken } = await signIn(browser, 'olga', { path: '/ui/' });
  await seen.waitForURL('**/ui/*/system');
  await seen.locator('[data-service=execution] [data-status=UP]').waitFor();
  const nav = seen.getByRole('navigation').getByRole('link');
  expect(await nav.allInnerTexts()).toEqual(['Tenants', 'Users', 'Workers', 'System']);
  expect(await seen.getByLabel('Tenant', { exact: true }).count()).toBe(0);
  for (const name of ['Tenants', 'Workers', 'Users']) {
    await nav.filter({ hasText: name }).click();
    await seen.getByRole('heading', { level: 1, name }).waitFor();
    await seen.locator('tbody tr').first().waitFor();
    expect(await seen.getByRole('alert').count(), name).toBe(0);
  }
  await seen.getByRole('row', { name: /olga.*Operator/ }).waitFor();

  // one who is expected, made an operator, restricted and deleted
  const email = `${id}@example.com`;
  await seen.getByRole('button', { name: 'Add a user' }).click();
  await input(seen.getByRole('dialog'), /^Address/).fill(email);
  expect(await scanDialog(seen)).toEqual([]);
  await seen.getByRole('dialog').getByRole('button', { name: 'Add a user' }).click();
  await seen.getByLabel('Search by name').fill(id);
  const row = seen.getByRole('row', { name: new RegExp(`${email}.*has not come yet`) });
  const act = async (item: string, yes: string) => {
    await row.getByRole('button', { name: `Actions of ${email}` }).click();
    await seen.getByRole('menuitem', { name: item }).click();
    await seen.getByRole('dialog').getByRole('button', { name: yes, exact: true }).click();
  };
  await act('Make an operator', 'Make an operator');
  await row.getByText('Operator', { exact: true }).waitFor();
  await act('Restrict', 'Restrict');
  await row.getByText('Restricted', { exact: true }).waitFor();
  await act('Delete', 'Delete');
  await seen.getByText('No user found').waitFor();

  // what is of tenants says so
  await seen.goto(`${url}/ui/main/flows`);
  await seen.getByRole('heading', { name: "You can't work in tenant main" }).waitFor();
  expect(await scan(seen)).toEqual([]);
  await seen.goto(`${url}/ui/main/tenants/main`);
  await seen.getByRole('heading', { name: 'main' }).waitFor();
  await seen.getByRole('button', { name: 'Set a quota' }).waitFor();
  await seen.goto(`${url}/ui/main/preferences`);
  await seen.getByText('Operator of the installation').waitFor();
  expect(await seen.getByRole('alert').count()).toBe(0);
  expect(broken).toEqual([]);
  await seen.context().close();
});

test('describes a key in any letters, and not any more', async () => {
  await open(`namespaces/${namespace}/kv`);
  await page.getByRole('button', { name: 'Add a key' }).click();
  await input(dialog(), /^Key/).fill('rate');
  await input(dialog(), 'Value').fill('1.09');
  await input(dialog(), 'Description').fill('為替 – курс 💶');
  await dialog().getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('row', { name: /^rate/ });
  await row.getByText('為替 – курс 💶').waitFor();

  await row.getByRole('button', { name: 'Edit rate' }).click();
  expect(await input(dialog(), 'Description').inputValue()).toBe('為替 – курс 💶');
  await input(dialog(), 'Description').fill('');
  await dialog().getByRole('button', { name: 'Save' }).click();
  await row.getByText('為替').waitFor({ state: 'detached' });
});

test('drains a worker, and has it take jobs again', async () => {
  await open('workers');
  const worker = page.locator('[data-worker]').first();
  await worker.getByRole('button', { name: 'Drain' }).click();
  expect(await scanDialog(page)).toEqual([]);
  await dialog().getByRole('button', { name: 'Drain' }).click();
  await worker.getByText('Takes no jobs').waitFor();
  await worker.getByRole('button', { name: 'Take jobs again' }).click();

  await worker.getByText('Takes no jobs').waitFor({ state: 'detached' });
});

test('sets for a namespace what holds below it, and sees it there', async () => {
  await open(`namespaces/${namespace}/settings`);
  const editor = page.getByRole('textbox', { name: 'Settings' });
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(`variables: {region: north-${id}}\ntaskTypes: {forbidden: [io.kestra.plugin.core.http.*]}\n`);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Settings saved').waitFor();

  await open(`namespaces/${namespace}.below/inherited`);
  await page.getByText(`region: north-${id}`).waitFor();
  await page.getByText('io.kestra.plugin.core.http.*').waitFor();
});

test('has no dialogue with a serious finding of axe, in light and in dark, or that leaves the focus nowhere', async () => {
  const flow = `${id}-open`;
  await api.flow(`id: ${flow}
namespace: ${namespace}
inputs: [{id: name, type: STRING, defaults: x}]
tasks:
  - {id: say, type: io.kestra.plugin.core.log.Log, message: hello}
triggers:
  - {id: hourly, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 * * * *", disabled: false}
  - {id: hook, type: io.kestra.plugin.core.trigger.Webhook, key: key-${id}}
`);
  const execution = await api.run(namespace, flow);
  const menu = (of: string | RegExp, item: string) => async () => {
    await page.getByRole('button', { name: of }).first().click();
    await page.getByRole('menuitem', { name: item, exact: true }).click();
  };
  const button = (name: string) => () => page.getByRole('button', { name, exact: true }).first().click();
  const dialogs: [path: string, what: string, show: () => Promise<void>][] = [
    ['', 'search', () => page.keyboard.press('Control+k')],
    [`flows/${namespace}/${flow}`, 'execute', button('Execute')],
    [`flows/${namespace}/${flow}`, 'delete', menu('More actions', 'Delete')],
    [`flows/${namespace}/${flow}`, 'a task', () => page.locator('[data-task=say]').click()],
    [`flows/${namespace}/${flow}/triggers`, 'next dates', menu('Actions of hourly', 'Next dates')],
    [`flows/${namespace}/${flow}/triggers`, 'backfill', menu('Actions of hourly', 'Backfill')],
    [`flows/${namespace}/${flow}/triggers`, 'webhook', menu('Actions of hook', 'How to call it')],
    [`executions/${execution}`, 'replay', button('Replay')],
    [`executions/${execution}`, 'labels', menu('More actions', 'Labels')],
    [`executions/${execution}`, 'state', menu('More actions', 'Set the state')],
    [`executions/${execution}`, 'a task run', () => page.locator('[data-task-run=say]').click()],
    ['kv', 'a key', button('Add a key')],
    ['quotas', 'a quota', button('Set a quota')],
    ['tenants', 'a tenant', button('Make a tenant')],
    ['access/bindings', 'a binding', button('Give a role')],
    ['access/groups', 'a group', button('Add a group')],
    ['access/roles', 'a role', button('Add a role')],
    ['access/accounts', 'a service account', button('Add a service account')],
    ['audit', 'an entry', button('Details')],
    [`namespaces/${namespace}/files`, 'a file', button('New file')],
    [`namespaces/${namespace}/subscriptions`, 'a subscription', button('Subscribe an address')],
    ['access/members', 'an invitation', button('Invite somebody')],
  ];
  const findings: string[] = [];
  await page.emulateMedia({ reducedMotion: 'reduce' });
  let shown: string | undefined;
  for (const [path, what, show] of dialogs) {
    if (path !== shown) await open(path);
    shown = path;
    await page.getByRole('heading', { level: 1 }).waitFor();
    await show();
    findings.push(...(await scanDialog(page, scanInBoth)).map((finding) => `${what}, ${finding}`));
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    // whoever uses keys goes on where he was; the search is opened from nowhere
    if (what === 'search') continue;
    const focus = () => page.evaluate(() => document.activeElement?.tagName);
    await expect.poll(focus, { timeout: PATIENCE, message: `${what}, closed` }).not.toBe('BODY');
  }
  await page.emulateMedia({ colorScheme: 'light' });
  expect(findings).toEqual([]);
}, 600_000);

test('broke no rule of the page on the way', () => {
  expect(errors).toEqual([]);
});
