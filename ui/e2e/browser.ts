// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** Where the suite is that the tests use, and where it keeps the passwords of its development users. */
export const url = process.env['MILLRACE_URL'] ?? 'http://localhost:8080';
/** How long something may take to appear, in milliseconds: no test waits for it that passes. */
export const PATIENCE = 60_000;
const data = process.env['MILLRACE_DATA'] ?? '../.data';

const CHROMIUM = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path));

export async function openBrowser(): Promise<Browser> {
  if (!CHROMIUM) throw new Error('Expected Chromium: install it (apt-get install chromium), or say where it is in CHROMIUM');
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

function password(user: string): string {
  return readFileSync(join(data, 'dev-issuer', `${user}.password`), 'utf8').trim();
}

/** A bearer token of a development user, as `./millrace token` prints it. */
export async function token(user: string): Promise<string> {
  const client = Buffer.from(`dev-${user}:${password(user)}`).toString('base64');
  const response = await fetch(`${url}/dev-issuer/oauth2/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${client}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  if (!response.ok) throw new Error(`Expected a token but got ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { access_token: string }).access_token;
}

/** Fills in the issuer's form. */
export async function signInAs(page: Page, user: string): Promise<void> {
  await page.locator('input[name=username]').fill(user);
  await page.locator('input[name=password]').fill(password(user));
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** A page of a user who has signed in as people do: at the issuer's form. Nothing may go wrong unseen on it. */
export async function signIn(browser: Browser, user: string, options: BrowserContextOptions & { path?: string } = {}): Promise<{ page: Page; errors: string[] }> {
  const { path = '/ui/', ...context } = options;
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', reducedMotion: 'reduce', ...context })).newPage();
  page.setDefaultTimeout(PATIENCE);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|Uncaught/.test(message.text())) errors.push(message.text());
  });
  await page.goto(url + path);
  await page.getByRole('link', { name: /Sign in|Se connecter/ }).click();
  await signInAs(page, user);
  await page.waitForURL((here) => here.pathname.startsWith('/ui/') && !here.pathname.startsWith('/ui/callback'));
  return { page, errors };
}
