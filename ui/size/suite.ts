// SPDX-License-Identifier: Apache-2.0
import { token, url } from '../e2e/browser';

/** What the suite is filled with; the names by which the measurement finds it again. */
export const NAMESPACE = 'size';
export const PART = (i: number) => `${NAMESPACE}.team${i % 50}`;
export const FLOWS = number('SIZE_FLOWS', 5_000);
export const EXECUTIONS = number('SIZE_EXECUTIONS', 500_000);
export const TASK_RUNS = number('SIZE_TASK_RUNS', 10_000);
export const LINES = number('SIZE_LINES', 1_000_000);

function number(name: string, otherwise: number): number {
  return Number(process.env[name] ?? otherwise);
}

/** The API as a user of tenant `main`; a token is fetched again before it runs out. */
export class Api {
  private token = '';
  private until = 0;

  async call(method: string, path: string, body?: BodyInit, contentType?: string): Promise<Response> {
    if (Date.now() > this.until) {
      this.token = await token('alice');
      this.until = Date.now() + 60_000;
    }
    const headers: Record<string, string> = { Authorization: `Bearer ${this.token}` };
    if (contentType) headers['Content-Type'] = contentType;
    const response = await fetch(`${url}/api/v1/main/${path}`, { method, headers, body });
    if (response.status === 429) {
      await response.text();
      await pause(1_000 * Number(response.headers.get('Retry-After') ?? 1));
      return this.call(method, path, body, contentType);
    }
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${(await response.text()).slice(0, 500)}`);
    return response;
  }

  async get<T>(path: string): Promise<T> {
    return (await (await this.call('GET', path)).json()) as T;
  }

  async start(namespace: string, flow: string): Promise<string> {
    const begun = (await (await this.call('POST', `executions/${namespace}/${flow}`)).json()) as { id: string };
    return begun.id;
  }

  /** Waits until it has ended, and says how. */
  async end(id: string): Promise<string> {
    for (;;) {
      const { state } = await this.get<{ state: { current: string } }>(`executions/${id}?taskRuns=false`);
      if (['SUCCESS', 'WARNING', 'FAILED', 'KILLED', 'CANCELLED'].includes(state.current)) return state.current;
      await pause(500);
    }
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

export function report(line: string): void {
  process.stdout.write(line + '\n');
}
