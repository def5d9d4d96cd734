// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from 'node:fs';
import { test } from 'vitest';
import { Api } from './api';
import { openBrowser, signIn, url } from './browser';
import { filled, PAGES } from './pages';
import { build, SCENE } from './scene';

const TO = '../docs/screenshots';

/** Pictures of a scene that is built first; FLOW is another flow that is shown, with its newest execution. */
test('pictures of all pages', async () => {
  if (!process.env['FLOW']) await build(await Api.open());
  const [namespace = '', flow = ''] = (process.env['FLOW'] ?? `${SCENE.namespace}/${SCENE.flow}`).split('/');
  mkdirSync(TO, { recursive: true });
  const browser = await openBrowser();
  const { page } = await signIn(browser, 'alice', { viewport: { width: 1280, height: 800 } });
  const found = await page.evaluate(async (path) => (await (await fetch(path)).json()) as { results: { id: string }[] }, `/api/v1/main/executions/search?flowId=${flow}&namespace=${namespace}&size=1`);
  const execution = found.results[0]?.id ?? '';
  const shoot = async (name: string) => {
    await page.locator('h1').waitFor();
    await page.waitForLoadState('networkidle', { timeout: 4_000 }).catch(() => undefined);
    await page.screenshot({ path: `${TO}/${name}.png` });
  };
  const pages = process.env['FLOW'] ? PAGES : [...PAGES, ['dashboard', 'dashboards/shop'] as const];
  for (const [name, path] of pages) {
    await page.goto(`${url}/ui/main/${filled(path, { namespace, flow, execution })}`);
    await shoot(name);
  }
  await page.goto(`${url}/ui/main/flows/${namespace}/${flow}/edit`);
  await page.getByText('Forms and topology').click();
  await page.locator('[data-entry]').first().click();
  await shoot('flow-forms');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(`${url}/ui/main/executions/${execution}`);
  await shoot('execution-dark');
  await browser.close();
});
