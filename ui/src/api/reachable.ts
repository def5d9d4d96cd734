// SPDX-License-Identifier: Apache-2.0
const listeners = new Set<() => void>();
let reachable = true;

/** Whether the gateway answered the last request, be it with a refusal. */
export function isReachable(): boolean {
  return reachable;
}

export function sayReachable(now: boolean): void {
  if (now === reachable) return;
  reachable = now;
  listeners.forEach((listener) => listener());
}

/** @returns ends it */
export function whenReachableChanges(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
