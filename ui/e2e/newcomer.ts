// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

/** A suite of its own, as one has it who has just got Millrace: nothing set, nothing stored. */
const port = process.env['MILLRACE_PORT'] ?? '18080';
const data = mkdtempSync(join(tmpdir(), 'newcomer-'));
const url = `http://localhost:${port}`;
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name === 'MILLRACE_BUILD' || !name.startsWith('MILLRACE_')));

function millrace(command: string): Promise<number> {
  const root = resolve('..');
  const program = spawn(join(root, 'millrace'), [command], { cwd: root, stdio: 'inherit', env: { ...env, MILLRACE_PORT: port, MILLRACE_PUBLIC_URL: url, MILLRACE_DATA: data, MILLRACE_ENV: '/dev/null' } });
  return new Promise((done, failed) => program.on('error', failed).on('exit', (code) => done(code ?? 1)));
}

afterAll(async () => {
  await millrace('down');
  rmSync(data, { recursive: true, force: true });
});

test('from nothing to a first own flow that ran', async () => {
  const steps: string[] = [];
  const begun = performance.now();
  let last = begun;
  const step = (name: string) => {
    const now = performance.now();
    steps.push(`${((now - last) / 1000).toFixed(1).padStart(7)} s  ${name}`);
    last = now;
  };

  expect(await millrace('up')).toBe(0);
  step('./millrace up: started, the examples are there, a first flow ran');
  process.env['MILLRACE_URL'] = url;
  process.env['MILLRACE_DATA'] = data;
  const { openBrowser, signIn } = await import('./browser');
  const browser = await openBrowser();
  const { page, errors } = await signIn(browser, 'alice');
  await page.getByRole('heading', { level: 1 }).waitFor();
  step('signed in, sees the home page');
  await page.getByRole('link', { name: 'Flows', exact: true }).click();
  await page.getByRole('link', { name: 'Create a flow' }).click();
  await page.getByText('Forms and topology').click();
  await page.locator('input[data-field=id], textarea[data-field=id]').fill('my-first');
  await page.locator('input[data-field=namespace], textarea[data-field=namespace]').fill('company.team');
  await page.locator('[data-entry=hello]').click();
  await page.locator('textarea[data-field="tasks[0].message"], input[data-field="tasks[0].message"]').fill('This is mine');
  await page.getByText('No errors').waitFor();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForURL('**/flows/company.team/my-first/edit');
  step('has written a flow of his own, with forms');
  await page.getByRole('button', { name: 'Execute' }).click();
  await page.locator('[role=dialog]').getByRole('button', { name: 'Execute' }).click();
  await page.locator('h1 [data-state=SUCCESS]').waitFor();
  await page.getByRole('tab', { name: 'Logs' }).click();
  await page.getByText('This is mine', { exact: true }).waitFor();
  step('it ran: its log shows what he wrote');
  expect(errors).toEqual([]);
  await browser.close();
  process.stdout.write(`${steps.join('\n')}\n${((performance.now() - begun) / 1000).toFixed(1).padStart(7)} s  in all\n`);
});
