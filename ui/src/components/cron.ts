// SPDX-License-Identifier: Apache-2.0

/** Values, names of months and days, lists, ranges and steps: what other kinds of cron have besides isn't taken. */
const FIELD = /^(?:[\d*,/-]|\b[a-z]{3}\b)+$/i;
const NICKNAME = /^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)$/i;

/**
 * A cron expression in words. What says them is loaded when it is first asked.
 *
 * @param withSeconds whether the first field is of seconds
 * @returns nothing if it is no expression
 */
export async function wordsOf(cron: string, withSeconds: boolean, language: string): Promise<string | null> {
  const expression = cron.trim();
  const fields = expression.split(/\s+/);
  if (!NICKNAME.test(expression) && !(fields.length === (withSeconds ? 6 : 5) && fields.every((field) => FIELD.test(field)))) return null;
  const { default: cronstrue } = await import('cronstrue');
  if (language === 'fr') await import('cronstrue/locales/fr');
  try {
    return cronstrue.toString(expression.toLowerCase(), { locale: language, use24HourTimeFormat: true });
  } catch {
    return null;
  }
}
