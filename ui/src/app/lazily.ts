// SPDX-License-Identifier: Apache-2.0
import { lazy, type ComponentType } from 'react';
import { isReachable, whenReachableChanges } from '../api/reachable';
import { request } from '../api/client';

const RELOADED = 'millrace.reloaded';
/** Milliseconds in which a page isn't loaded anew twice. */
const AT_ONCE = 30_000;

function untilReachable(): Promise<void> {
  return new Promise((resolve) => {
    const end = whenReachableChanges(() => {
      end();
      resolve();
    });
  });
}

/**
 * Loads a part of the UI. Where the network is gone it waits for it; where a newer version has taken the place of the one
 * that is open, whose files are gone, the page is loaded anew.
 */
export async function loaded<T>(load: () => Promise<T>, reload = () => window.location.reload()): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch (e) {
      // whatever it answers says whether it does
      await request('GET', '/ui/session').catch(() => undefined);
      if (!isReachable()) {
        await untilReachable();
        continue;
      }
      if (Date.now() - Number(sessionStorage.getItem(RELOADED)) < AT_ONCE) throw e;
      sessionStorage.setItem(RELOADED, String(Date.now()));
      reload();
      await new Promise(() => undefined); // it is being left
    }
  }
}

/** A component that is loaded when it is first shown. */
export function lazily<Props>(load: () => Promise<{ default: ComponentType<Props> }>) {
  return lazy(() => loaded(load));
}
