// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds against WCAG 2.2 A and AA that is serious or worse, each in a line. */
export async function scan(page: Page, within = 'html'): Promise<string[]> {
  await page.evaluate(source);
  const results = await page.evaluate(
    async (root) =>
      (await (window as unknown as { axe: { run: (root: string, options: object) => Promise<AxeResults> } }).axe.run(root, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      })) as AxeResults,
    within,
  );
  return results.violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .flatMap((violation) => violation.nodes.slice(0, 3).map((node) => `${violation.id}: ${node.target.join(' ')} ${node.any.map((check) => check.message).join('; ').slice(0, 160)}`));
}

/** What it finds in what is open before the page: dialogues and drawers are on no page by themselves. */
export async function scanDialog(page: Page): Promise<string[]> {
  const dialog = page.locator('[role=dialog]');
  await dialog.waitFor();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  // half-way in, it is as pale as what is behind it
  while ((await dialog.evaluate((element) => getComputedStyle(element).opacity)) !== '1') await page.waitForTimeout(50);
  return scan(page, '[role=dialog]');
}
