// SPDX-License-Identifier: Apache-2.0
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A repository of the machine's own Git that is served over HTTP, and a work tree to commit to it. */
export class Repository {
  private readonly root = mkdtempSync(join(tmpdir(), 'repository-'));
  private readonly work = join(this.root, 'work');
  private readonly server = createServer((request, response) => this.answer(request, response));

  /** Begins to serve it. @returns its address */
  async open(): Promise<string> {
    this.git(this.root, 'init', '-q', '--bare', '-b', 'main', 'repo.git');
    this.git(this.root, 'clone', '-q', 'repo.git', 'work');
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    return `http://localhost:${(this.server.address() as AddressInfo).port}/repo.git`;
  }

  /** @returns the hash of the commit */
  commit(message: string, files: Record<string, string>): string {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.work, path)), { recursive: true });
      writeFileSync(join(this.work, path), text);
    }
    this.git(this.work, 'checkout', '-q', '-B', 'main');
    this.git(this.work, 'add', '-A');
    this.git(this.work, '-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-q', '-m', message);
    this.git(this.work, 'push', '-q', 'origin', 'main');
    return this.git(this.work, 'rev-parse', 'HEAD').trim();
  }

  close(): void {
    this.server.close();
    rmSync(this.root, { recursive: true, force: true });
  }

  private git(directory: string, ...command: string[]): string {
    return execFileSync('git', command, { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** As a web server runs `git http-backend` by CGI. */
  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
    const backend = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'] ?? '', GIT_PROJECT_ROOT: this.root, GIT_HTTP_EXPORT_ALL: '1', PATH_INFO: pathname, QUERY_STRING: search.slice(1), REQUEST_METHOD: request.method ?? 'GET',
        CONTENT_TYPE: request.headers['content-type'] ?? '', HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '', GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''), REMOTE_ADDR: '127.0.0.1',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    request.pipe(backend.stdin);
    const parts: Buffer[] = [];
    backend.stdout.on('data', (part: Buffer) => parts.push(part));
    backend.on('close', () => {
      const answer = Buffer.concat(parts);
      const end = answer.indexOf('\r\n\r\n');
      const headers = answer.subarray(0, end).toString().split('\r\n').map((line) => line.split(/: (.*)/s));
      for (const [name, value] of headers) {
        if (name === 'Status') response.statusCode = Number(value?.slice(0, 3));
        else if (name && value) response.setHeader(name, value);
      }
      response.end(answer.subarray(end + 4));
    });
  }
}

/** The source of a flow that keeps a namespace as a repository has it. */
export function keeper(id: string, namespace: string, url: string, target: string): string {
  return `id: ${id}
namespace: ${namespace}
description: Keeps ${target} as its repository has it
inputs:
  - {id: commit, type: STRING, required: false}
  - {id: dryRun, type: BOOL, defaults: false}
tasks:
  - id: sync
    type: io.millrace.plugin.git.Sync
    url: ${url}
    namespace: ${target}
    commit: "{{ inputs.commit ?? '' }}"
    dryRun: "{{ inputs.dryRun }}"
`;
}
