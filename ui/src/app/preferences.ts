// SPDX-License-Identifier: Apache-2.0
import { useSyncExternalStore } from 'react';

/** What the user has set for this browser. */
export interface Preferences {
  /** An IANA name, or `local`. */
  timeZone: string;
  pageSize: number;
  logLevel: string;
  editor: 'yaml' | 'form' | 'split' | 'docs';
}

const KEPT = 'millrace.preferences';
const DEFAULTS: Preferences = { timeZone: 'local', pageSize: 25, logLevel: 'INFO', editor: 'split' };

function read(): Preferences {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Partial<Preferences>) };
  } catch {
    return DEFAULTS;
  }
}

let current = read();
const listeners = new Set<() => void>();

export function preferences(): Preferences {
  return current;
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  localStorage.setItem(KEPT, JSON.stringify(current));
  listeners.forEach((listener) => listener());
}

export function usePreferences(): Preferences {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, preferences);
}
