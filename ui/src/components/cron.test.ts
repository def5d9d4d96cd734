// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { wordsOf } from './cron';

test.each([
  ['0 3 * * *', false, 'At 03:00', 'À 03:00'],
  ['0 9-17 * * MON-fri', false, 'Every hour, between 09:00 and 17:00, Monday through Friday', 'Toutes les heures, de 09:00 à 17:00, de lundi à vendredi'],
  ['0 0 13 * 5', false, 'At 00:00, on day 13 of the month, and on Friday', 'À 00:00, le 13 du mois, et vendredi'],
  ['0 0 * * 7', false, 'At 00:00, only on Sunday', 'À 00:00, uniquement le dimanche'],
  [' */10 * * * * * ', true, 'Every 10 seconds', 'Toutes les 10 secondes'],
  ['30 15 10 * * 1', true, 'At 10:15:30, only on Monday', 'À 10:15:30, uniquement le lundi'],
  ['@daily', false, 'At 00:00', 'À 00:00'],
  ['@HOURLY', true, 'Every hour', 'Toutes les heures'],
])('%s is said in words, in English and in French', async (cron, withSeconds, english, french) => {
  expect(await wordsOf(cron, withSeconds, 'en')).toBe(english);
  expect(await wordsOf(cron, withSeconds, 'fr')).toBe(french);
});

test.each([
  ['', false], ['0 3 * *', false], ['0 0 3 * * *', false], ['0 3 * * *', true], ['99 * * * *', false], ['0 0 L * *', false], ['0 0 ? * 5#2', false], ['0 0 15W * *', false], ['@reboot', false], ['{{ vars.cron }}', false],
])('of %s, which is no expression here, nothing is said', async (cron, withSeconds) => {
  expect(await wordsOf(cron, withSeconds, 'en')).toBeNull();
});
