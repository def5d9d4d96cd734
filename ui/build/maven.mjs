// SPDX-License-Identifier: Apache-2.0
// What Maven calls. Does only what has to be done again: dependencies when the lock file has changed, the bundle
// when a source has, the checks when either has.
//   node build/maven.mjs bundle | check [true: not now]...
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const SOURCES = ['src', 'public', 'build', 'index.html', 'package.json', 'package-lock.json', '.npmrc',
  'vite.config.ts', 'vite.embed.config.ts', 'vitest.config.ts', 'eslint.config.js', 'tsconfig.json', 'tsconfig.app.json', 'tsconfig.node.json'];

function hash(paths) {
  const sum = createHash('sha256').update(process.version);
  const add = (path) => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) add(join(path, name));
    } else {
      sum.update(`\0${path}\0`).update(readFileSync(path));
    }
  };
  paths.filter((path) => existsSync(path)).forEach(add);
  return sum.digest('hex');
}

function once(stamp, key, output, work) {
  if (existsSync(stamp) && existsSync(output) && readFileSync(stamp, 'utf8') === key) return;
  work();
  mkdirSync('target', { recursive: true });
  writeFileSync(stamp, key);
}

const run = (...parameters) => execFileSync(npm, parameters, { stdio: 'inherit' });

once('node_modules/.millrace-lock', hash(['package-lock.json', '.npmrc']), 'node_modules/vite', () =>
  run('ci', '--no-progress', '--loglevel=error'),
);
const sources = hash(SOURCES);
switch (process.argv[2]) {
  case 'bundle':
    once('target/bundled', sources, 'target/classes/millrace-ui/index.html', () => run('run', '--silent', 'build'));
    break;
  case 'check': {
    if (process.argv.slice(3).includes('true')) break; // tests are skipped
    run('run', '--silent', 'lint');
    run('run', '--silent', 'test');
    // where the summary of all tests looks; one element a line, without indentation
    const report = readFileSync('target/vitest.xml', 'utf8').replace(/^\s+</gm, '<');
    mkdirSync('target/surefire-reports', { recursive: true });
    writeFileSync('target/surefire-reports/TEST-ui.xml', report);
    break;
  }
  default:
    throw new Error('Expected bundle or check');
}
