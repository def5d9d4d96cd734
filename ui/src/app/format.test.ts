// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from 'vitest';
import { formatBytes, formatDuration, instantOf, localOf } from './format';
import { setPreferences } from './preferences';

afterEach(() => setPreferences({ timeZone: 'local' }));

test('fields for date and time are in the time zone that dates are shown in', () => {
  setPreferences({ timeZone: 'Asia/Kolkata' });

  expect(localOf(new Date('2026-03-01T20:00:00Z'))).toBe('2026-03-02T01:30:00');
  expect(instantOf('2026-03-02T01:30')).toBe('2026-03-01T20:00:00.000Z');
});

test('each point in time is found again across changes of the clock', () => {
  for (const timeZone of ['UTC', 'Europe/Paris', 'America/New_York', 'Pacific/Auckland']) {
    setPreferences({ timeZone });
    for (const day of ['2026-03-08', '2026-03-29', '2026-04-05', '2026-07-01', '2026-10-25', '2026-11-01']) {
      for (let hour = 0; hour < 24; hour += 3) {
        const local = `${day}T${String(hour).padStart(2, '0')}:30:00`;
        expect(localOf(new Date(instantOf(local))), `${local} in ${timeZone}`).toBe(local);
      }
    }
  }
});

test('an hour that is skipped is the one after it', () => {
  setPreferences({ timeZone: 'Europe/Paris' });

  expect(localOf(new Date(instantOf('2026-03-29T02:30:00')))).toBe('2026-03-29T03:30:00');
});

test('durations and sizes are written as the language does', () => {
  expect(['en', 'fr'].map((language) => formatDuration(3_250, language))).toEqual(['3.25 s', '3,25 s']);
  expect(['en', 'fr'].map((language) => formatDuration(100_000_000, language))).toEqual(['1 d 3 h', '1 j 3 h']);
  expect(['en', 'fr'].map((language) => formatBytes(1_536, language))).toEqual(['1.5 KiB', '1,5 Kio']);
});
