// SPDX-License-Identifier: Apache-2.0
import { readEvents } from '../api/events';
import type { Branch, Execution, FlowForExecution, InputsReport, LogLine, Page } from '../api/types';

/** What a page gives an element: a token, or how to get one that is still good. */
export type TokenSource = string | (() => string | Promise<string>);

/** The parts of the API that a portal needs, with a bearer token and never with a cookie. */
export class PortalApi {
  private readonly base: string;
  private readonly token: TokenSource;

  constructor(server: string, tenant: string, token: TokenSource) {
    this.token = token;
    this.base = `${server.replace(/\/+$/, '')}/api/v1/${encodeURIComponent(tenant)}/`;
  }

  flow(namespace: string, flow: string, signal: AbortSignal): Promise<FlowForExecution> {
    return this.json(`executions/flows/${path(namespace, flow)}`, { signal });
  }

  check(namespace: string, flow: string, inputs: FormData, signal: AbortSignal): Promise<InputsReport> {
    return this.json(`executions/${path(namespace, flow)}/validate`, { method: 'POST', body: inputs, signal });
  }

  /** @param key makes a start that is sent twice one start */
  start(namespace: string, flow: string, inputs: FormData, key: string): Promise<Execution> {
    return this.json(`executions/${path(namespace, flow)}`, { method: 'POST', body: inputs, headers: { 'Idempotency-Key': key } });
  }

  execution(id: string, signal: AbortSignal): Promise<Execution> {
    return this.json(`executions/${path(id)}?taskRuns=false`, { signal });
  }

  /** States of an execution until its end, without its task runs. */
  follow(id: string, signal: AbortSignal): AsyncGenerator<Execution> {
    return this.events(`executions/${path(id)}/follow?taskRuns=false`, signal);
  }

  /** The first of its task runs, without their outputs, and how many there are. */
  taskRuns(id: string, size: number, signal: AbortSignal): Promise<Page<Branch>> {
    return this.json(`executions/${path(id)}/taskruns/outline?size=${size}`, { signal });
  }

  /** Lines of its log until its end. */
  log(id: string, signal: AbortSignal): AsyncGenerator<LogLine> {
    return this.events(`logs/${path(id)}/follow?minLevel=INFO`, signal);
  }

  private async json<T>(route: string, init: RequestInit): Promise<T> {
    return (await (await this.fetch(route, 'application/json', init)).json()) as T;
  }

  /** Takes a stream that breaks off up again after the last event that came. */
  private async *events<T>(route: string, signal: AbortSignal): AsyncGenerator<T> {
    let last: string | undefined;
    for (let pause = 500; !signal.aborted; pause = Math.min(2 * pause, 10_000)) {
      try {
        const response = await this.fetch(route, 'text/event-stream', { signal, headers: last ? { 'Last-Event-ID': last } : {} });
        for await (const event of readEvents(response.body ?? new ReadableStream())) {
          pause = 500;
          if (event.id === 'end') return;
          if (event.id !== 'start') last = event.id ?? last;
          if (event.id !== 'start' && event.data) yield JSON.parse(event.data) as T;
        }
      } catch (e) {
        if (signal.aborted) return;
        if (e instanceof PortalError && e.status < 500 && e.status !== 429) throw e;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  private async fetch(route: string, accept: string, init: RequestInit): Promise<Response> {
    const token = typeof this.token === 'function' ? await this.token() : this.token;
    const response = await fetch(this.base + route, {
      ...init,
      credentials: 'omit',
      headers: { ...(init.headers as Record<string, string> | undefined), Accept: accept, Authorization: `Bearer ${token}` },
    });
    if (response.ok) return response;
    const problem = (await response.json().catch(() => ({}))) as { detail?: string; title?: string };
    throw new PortalError(response.status, problem.detail ?? problem.title ?? `HTTP ${response.status}`);
  }
}

/** An answer that is no success, with what the server says of it. */
export class PortalError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function path(...parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join('/');
}
