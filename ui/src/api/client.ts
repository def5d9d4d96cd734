// SPDX-License-Identifier: Apache-2.0
import { readEvents } from './events';
import { sayReachable } from './reachable';

/** One thing that is wrong with what was sent. */
export interface Violation {
  field?: string;
  detail?: string;
  message?: string;
  line?: number;
  column?: number;
}

/** A problem document (RFC 9457) as every route answers it. */
export interface Problem {
  type?: string;
  title?: string;
  status: number;
  detail?: string;
  errors?: Violation[];
}

/** An answer that is no success. Its message is the problem's detail. */
export class ProblemError extends Error {
  readonly problem: Problem;
  /** Seconds after which to try again, if the server says so. */
  readonly retryAfter: number | undefined;

  constructor(problem: Problem, retryAfter?: number) {
    super(problem.detail ?? problem.title ?? `HTTP ${problem.status}`);
    this.name = 'ProblemError';
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  get status(): number {
    return this.problem.status;
  }

  /** The last part of the type, such as `not-found`; docs/problems.md lists them. */
  get kind(): string {
    return this.problem.type?.replace('/problems/', '') ?? 'unknown';
  }
}

type Primitive = string | number | boolean;
export type Query = Record<string, Primitive | readonly Primitive[] | null | undefined>;

export function queryString(query: Query | undefined): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === null || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  const text = search.toString();
  return text ? `?${text}` : '';
}

let csrfToken: string | undefined;
let onSignedOut: (() => void) | undefined;

/** What the session says; nothing else is kept of it. */
export function takeCsrfToken(token: string | undefined): void {
  csrfToken = token;
}

/** Called when an answer says that nobody is signed in any more. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

interface Options {
  query?: Query;
  json?: unknown;
  body?: BodyInit;
  contentType?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  accept?: string;
}

const SAFE = new Set(['GET', 'HEAD']);

export async function request(method: string, path: string, options: Options = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: options.accept ?? 'application/json', ...options.headers };
  let body = options.body;
  if (options.json !== undefined) {
    body = JSON.stringify(options.json);
    headers['Content-Type'] = 'application/json';
  } else if (options.contentType) {
    headers['Content-Type'] = options.contentType;
  }
  if (!SAFE.has(method) && csrfToken) headers['X-CSRF-Token'] = csrfToken;
  let response: Response;
  try {
    response = await fetch(path + queryString(options.query), {
      method,
      headers,
      body,
      signal: options.signal,
      credentials: 'same-origin',
    });
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e;
    sayReachable(false);
    throw new ProblemError({ status: 0, type: '/problems/unreachable', title: 'Unreachable' });
  }
  sayReachable(true);
  if (response.ok) return response;
  if (response.status === 401) onSignedOut?.();
  throw new ProblemError(await problemOf(response), secondsOf(response.headers.get('Retry-After')));
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const document = (await response.json()) as Partial<Problem>;
    return { ...document, status: response.status };
  } catch {
    return { status: response.status, title: response.statusText };
  }
}

function secondsOf(header: string | null): number | undefined {
  const seconds = Number(header);
  return header !== null && Number.isFinite(seconds) ? seconds : undefined;
}

async function json<T>(response: Response): Promise<T> {
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

/** An answer with the version that `If-Match` names later. */
export interface Versioned<T> {
  value: T;
  etag: string | null;
}

/** How far long work is. */
export interface Progress {
  done: number;
  of: number;
}

/** Headers of a change to what was seen at a version. */
export function seen(etag: string | null | undefined): Record<string, string> {
  return etag ? { 'If-Match': etag } : {};
}

/** The API below one path, which the paths of its methods begin after. */
export class Api {
  /** Where the keys of what is read by it begin. */
  readonly scope: string;
  readonly base: string;

  constructor(scope: string, base: string) {
    this.scope = scope;
    this.base = base;
  }

  async get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    return json(await request('GET', this.base + path, { query, signal }));
  }

  async getVersioned<T>(path: string, query?: Query): Promise<Versioned<T>> {
    return this.versioned('GET', path, { query });
  }

  /** Sends something, and says which version has become of it. */
  async versioned<T>(method: string, path: string, options: Options): Promise<Versioned<T>> {
    const response = await request(method, this.base + path, options);
    return { value: await json<T>(response), etag: response.headers.get('ETag') };
  }

  async text(path: string, query?: Query, accept = '*/*'): Promise<string> {
    return (await request('GET', this.base + path, { query, accept })).text();
  }

  async post<T>(path: string, body?: unknown, query?: Query): Promise<T> {
    return json(await request('POST', this.base + path, { query, json: body }));
  }

  async put<T>(path: string, body?: unknown, query?: Query, headers?: Record<string, string>): Promise<T> {
    return json(await request('PUT', this.base + path, { query, json: body, headers }));
  }

  async patch<T>(path: string, body?: unknown): Promise<T> {
    return json(await request('PATCH', this.base + path, { json: body }));
  }

  async delete<T = void>(path: string, query?: Query, body?: unknown): Promise<T> {
    return json(await request('DELETE', this.base + path, { query, json: body }));
  }

  /** Does something to many, which may take minutes. Says how far it is, now and then. */
  async long<T>(method: string, path: string, { query, json: body }: Pick<Options, 'query' | 'json'>, onProgress: (progress: Progress) => void): Promise<T> {
    const response = await request(method, this.base + path, { query, json: body, accept: 'text/event-stream, application/json' });
    if (!response.body || !response.headers.get('Content-Type')?.startsWith('text/event-stream')) return json(response);
    for await (const { name, data } of readEvents(response.body)) {
      if (name === 'progress') onProgress(JSON.parse(data) as Progress);
      else if (name === 'error') throw new ProblemError(JSON.parse(data) as Problem);
      else if (name === 'end') return JSON.parse(data) as T;
    }
    throw new ProblemError({ status: 502, type: '/problems/bad-gateway', title: 'Broken off' });
  }

  /** Sends a source as it is written. */
  async yaml<T>(method: 'POST' | 'PUT', path: string, source: string, headers?: Record<string, string>, query?: Query, signal?: AbortSignal): Promise<T> {
    return json(
      await request(method, this.base + path, { body: source, contentType: 'application/x-yaml', headers, query, signal }),
    );
  }

  async form<T>(path: string, form: FormData, query?: Query, headers?: Record<string, string>): Promise<T> {
    return json(await request('POST', this.base + path, { body: form, query, headers }));
  }

  url(path: string, query?: Query): string {
    return this.base + path + queryString(query);
  }
}

/** The API of one tenant: `/api/v1/{tenant}/`. */
export class TenantApi extends Api {
  readonly tenant: string;

  constructor(tenant: string) {
    super(tenant, `/api/v1/${encodeURIComponent(tenant)}/`);
    this.tenant = tenant;
  }
}

/** No tenant is called so. */
const INSTALLATION = 'instance';
/** How the installation is, for those who run it. */
export const instanceApi = new Api(INSTALLATION, '/api/v1/instance/');
/** What is above the tenants, for those who run the installation. */
export const installationApi = new Api(INSTALLATION, '/api/v1/');

/** Path of parts that may hold any character. */
export function path(...parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join('/');
}
