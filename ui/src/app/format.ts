// SPDX-License-Identifier: Apache-2.0
import { preferences } from './preferences';

function zone(): string | undefined {
  const wanted = preferences().timeZone;
  return wanted === 'local' ? undefined : wanted;
}

export function formatInstant(iso: string | null | undefined, language: string, seconds = true): string {
  if (!iso) return '–';
  return new Intl.DateTimeFormat(language, {
    year: 'numeric',
    month: 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
    timeZone: zone(),
  }).format(new Date(iso));
}

export function formatTime(iso: string, language: string): string {
  return new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
    timeZone: zone(),
  }).format(new Date(iso));
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

export function formatRelative(iso: string, language: string, short = false, now = Date.now()): string {
  const distance = new Date(iso).getTime() - now;
  const [unit, size] = UNITS.find(([, ms]) => Math.abs(distance) >= ms) ?? ['second', 1000];
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: short ? 'narrow' : 'long' }).format(Math.round(distance / size), unit);
}

/** Such as `84 ms`, `3.2 s`, `4 min 12 s`, `2 h 05 min`, `3 d 4 h`. */
export function formatDuration(milliseconds: number, language: string): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${formatFraction(ms / 1000, language, ms < 10_000 ? 2 : 1)} s`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(minutes / 1440)} ${language === 'fr' ? 'j' : 'd'} ${Math.floor((minutes % 1440) / 60)} h`;
}

export function formatBytes(bytes: number, language: string): string {
  const units = ['', 'Ki', 'Mi', 'Gi', 'Ti'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${formatFraction(value, language, unit === 0 ? 0 : 1)} ${units[unit]}${language === 'fr' ? 'o' : 'B'}`;
}

function formatFraction(value: number, language: string, digits: number): string {
  return new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

export function formatNumber(value: number, language: string): string {
  return new Intl.NumberFormat(language).format(value);
}

/** A point in time as fields for date and time have it, in the time zone that dates are shown in: `2026-03-29T02:30:00`. */
export function localOf(at: Date): string {
  // the one language that writes dates so
  return new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeStyle: 'medium', timeZone: zone() }).format(at).replace(' ', 'T');
}

/** The point in time that such a field says; of an hour that is skipped, the one after it. */
export function instantOf(local: string): string {
  const wanted = Date.parse(`${local}Z`);
  let at = wanted;
  // once more, where the offset is another one there
  for (let look = 0; look < 2; look++) at += wanted - Date.parse(`${localOf(new Date(at))}Z`);
  return new Date(at).toISOString();
}

/** Milliseconds of an ISO 8601 duration of days, hours, minutes and seconds, as the API writes them. */
export function millisOf(duration: string): number {
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(duration) ?? [];
  return 1000 * (86_400 * Number(days) + 3600 * Number(hours) + 60 * Number(minutes) + Number(seconds));
}
