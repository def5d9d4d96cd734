// SPDX-License-Identifier: Apache-2.0

/** An id that nobody has had; also of a page that isn't served by TLS, where `crypto.randomUUID` isn't there. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
