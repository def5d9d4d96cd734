// SPDX-License-Identifier: Apache-2.0
import { ProblemError, request } from './client';

/** Who is signed in. The token of the session itself is in a cookie that no script can read. */
export interface Session {
  subject: string;
  name: string;
  csrfToken: string;
  email?: string;
  /** Whether he runs the installation: its tenants and users. */
  operator: boolean;
  tenants: { id: string; name: string }[];
  logoutUrl: string;
}

/** @returns nothing if nobody is signed in */
export async function readSession(): Promise<Session | null> {
  try {
    const response = await request('GET', '/ui/session');
    return (await response.json()) as Session;
  } catch (e) {
    if (e instanceof ProblemError && e.status === 401) return null;
    throw e;
  }
}

/** Where a sign-in ends that another page waits for. */
export const SIGNED_IN = '/ui/signed-in';

/** @param here where one is when one has signed in */
export function signInUrl(here = window.location.pathname + window.location.search): string {
  // what the gateway would take for an attempt to lead astray is not asked for
  const plain = !/\/\/|\/\.|%2f|%5c/i.test(here);
  return `/ui/login?returnTo=${encodeURIComponent(plain ? here : '/ui/')}`;
}

export async function signOut(session: Session): Promise<void> {
  const response = await request('POST', session.logoutUrl);
  const { redirectTo } = (await response.json()) as { redirectTo: string };
  window.location.assign(redirectTo);
}
