// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import { token, url } from './browser';

/** The API of the tenant `main`, as alice. */
export class Api {
  private readonly bearer: string;

  private constructor(bearer: string) {
    this.bearer = bearer;
  }

  static async open(): Promise<Api> {
    return new Api(`Bearer ${await token('alice')}`);
  }

  /** @returns what is answered; anything but success is an error */
  async call<T = unknown>(method: string, path: string, body?: string, type = 'application/json'): Promise<T> {
    const response = await fetch(`${url}/api/v1/${path}`, { method, headers: { Authorization: this.bearer, ...(body === undefined ? {} : { 'Content-Type': type }) }, body });
    const text = await response.text();
    expect(response.status, `${method} ${path}: ${text}`).toBeLessThan(300);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /** Sends a form. @returns what is answered; anything but success is an error */
  async form<T = unknown>(path: string, form: FormData): Promise<T> {
    const response = await fetch(`${url}/api/v1/${path}`, { method: 'POST', headers: { Authorization: this.bearer }, body: form });
    const text = await response.text();
    expect(response.status, `POST ${path}: ${text}`).toBeLessThan(300);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /** @returns what is read, as it is */
  async text(path: string): Promise<string> {
    return (await fetch(`${url}/api/v1/${path}`, { headers: { Authorization: this.bearer } })).text();
  }

  /** Saves a flow, as a new one. */
  async flow(source: string): Promise<void> {
    await this.call('POST', 'main/flows', source, 'application/x-yaml');
  }

  /** Starts a flow. @returns the id of the execution */
  async start(namespace: string, flow: string, query = ''): Promise<string> {
    return (await this.call<{ id: string }>('POST', `main/executions/${namespace}/${flow}${query}`)).id;
  }

  /** Runs a flow to its end. @returns the id of the execution */
  async run(namespace: string, flow: string, inputs?: Record<string, string>): Promise<string> {
    if (!inputs) return this.start(namespace, flow, '?wait=true');
    const form = new FormData();
    for (const [name, value] of Object.entries(inputs)) form.append(name, value);
    return (await this.form<{ id: string }>(`main/executions/${namespace}/${flow}?wait=true`, form)).id;
  }
}
