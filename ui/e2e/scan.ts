// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import en from '../src/i18n/en.json';
import fr from '../src/i18n/fr.json';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const LEVELS = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
/** What of it depends on colours. */
const COLOURS = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };

/** What axe finds against WCAG 2.2 A and AA that is serious or worse, each in a line. */
export async function scan(page: Page, within = 'html', runOnly = LEVELS): Promise<string[]> {
  // it stays for as long as the page does
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  const results = await page.evaluate(
    async ([root, only]) =>
      (await (window as unknown as { axe: { run: (root: string, options: object) => Promise<AxeResults> } }).axe.run(root, {
        runOnly: only,
        resultTypes: ['violations'],
      })) as AxeResults,
    [within, runOnly] as const,
  );
  return results.violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .flatMap((violation) => violation.nodes.slice(0, 3).map((node) => `${violation.id}: ${node.target.join(' ')} ${node.any.map((check) => check.message).join('; ').slice(0, 160)}`));
}

/** The same in light, and once more in dark what colours change, each line with the scheme it was found in. */
export async function scanInBoth(page: Page, within = 'html'): Promise<string[]> {
  const findings: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }); // half-way between two colours is no contrast
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    const found = await scan(page, within, colorScheme === 'light' ? LEVELS : COLOURS);
    findings.push(...found.map((finding) => `${colorScheme}: ${finding}`));
  }
  return findings;
}

/** What it finds in what is open before the page: dialogues and drawers are on no page by themselves. */
export async function scanDialog(page: Page, scanning = scan): Promise<string[]> {
  const dialog = page.locator('[role=dialog]');
  await dialog.waitFor();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  // half-way in, it is as pale as what is behind it
  while ((await dialog.evaluate((element) => getComputedStyle(element).opacity)) !== '1') await page.waitForTimeout(50);
  return scanning(page, '[role=dialog]');
}

/**
 * What makes a page scroll sideways, or reaches out of it, where it is as narrow as WCAG 2.2 (1.4.10, Reflow) wants it to
 * be read: tables, pictures and sources may, within themselves.
 */
export async function wide(page: Page): Promise<string[]> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 800 });
  let found = await reaching(page);
  // what measures itself draws anew, sooner or later
  for (let looks = 0; found.length > 0 && looks < 10; looks++) {
    await page.waitForTimeout(200);
    found = await reaching(page);
  }
  if (before) await page.setViewportSize(before);
  return found;
}

const textsOf = (texts: object): string[] => Object.values(texts).flatMap((value) => (typeof value === 'string' ? [value] : textsOf(value as object)));
const french = new Set(textsOf(fr));
const ENGLISH = textsOf(en).filter((text) => !french.has(text) && !text.includes('{{'));

/**
 * What a page says in English to whoever has chosen French, in another tab while this one is open.
 *
 * @param other another page of the same browser
 */
export async function english(page: Page, other: Page): Promise<string[]> {
  await speak(other, page, 'fr');
  let said = await saying(page, ENGLISH);
  // what is loaded for the language is there a moment later
  for (let looks = 0; said.length > 0 && looks < 10; looks++) {
    await page.waitForTimeout(200);
    said = await saying(page, ENGLISH);
  }
  return said;
}

/** Chooses a language for all pages of a browser. */
export async function speak(chosenIn: Page, seenIn: Page, language: 'en' | 'fr'): Promise<void> {
  await chosenIn.evaluate((chosen) => localStorage.setItem('millrace.language', chosen), language);
  await seenIn.locator(`html[lang=${language}]`).waitFor();
}

/** Which of these texts a page shows or says; what plugins, dashboards and flows are called is theirs. */
function saying(page: Page, texts: readonly string[]): Promise<string[]> {
  return page.evaluate((wanted) => {
    const looked = new Set(wanted);
    const said: string[] = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) if (!node.parentElement?.closest('[translate=no], .cm-content, .mr-log, pre, code, script, style, [data-chart]')) said.push(node.textContent?.trim() ?? '');
    for (const element of document.querySelectorAll(':is([aria-label], [title], [placeholder]):not([data-chart] *, [data-chart])')) for (const attribute of ['aria-label', 'title', 'placeholder']) said.push(element.getAttribute(attribute) ?? '');
    return [...new Set(said)].filter((text) => looked.has(text));
  }, texts);
}

/** What is wider than the page, innermost first. */
function reaching(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const frames = new Set<Element | null>([document.documentElement, document.body, document.querySelector('#content')]);
    const isWithin = (element: Element): boolean => {
      for (let above = element.parentElement; above; above = above.parentElement) if (!frames.has(above) && getComputedStyle(above).overflowX !== 'visible') return true;
      return false;
    };
    const scrolling = [...frames].filter((frame) => frame && frame.scrollWidth > frame.clientWidth).map((frame) => `${frame?.tagName}#${frame?.id} is ${frame?.scrollWidth} px wide`);
    const out = [...document.body.querySelectorAll('*')].filter((element) => {
      const { right, left, width, height } = element.getBoundingClientRect();
      return width > 1 && height > 1 && left < 4_000 && right > window.innerWidth + 1 && getComputedStyle(element).visibility !== 'hidden' && !isWithin(element);
    });
    const inner = out.filter((element) => !out.some((other) => other !== element && element.contains(other)));
    return [...scrolling, ...inner.slice(0, 3).map((element) => `${element.tagName}.${element.className} reaches to ${Math.round(element.getBoundingClientRect().right)} px: ${element.textContent?.slice(0, 40)}`)];
  });
}
