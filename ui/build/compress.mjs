// SPDX-License-Identifier: Apache-2.0
// Puts a .br and a .gz beside every file that is worth it, and lists all files for the gateway.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = 'target/classes/millrace-ui';
const COMPRESSIBLE = /\.(js|css|html|svg|json|txt|map)$/;

function files(directory) {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

const rows = [];
const sizes = [];
for (const path of files(root).sort()) {
  if (/\.(br|gz)$/.test(path) || path.endsWith('files.tsv')) continue;
  const bytes = readFileSync(path);
  const name = relative(root, path).split(sep).join('/');
  const encodings = [];
  let brotli = bytes.length;
  if (COMPRESSIBLE.test(name) && bytes.length > 1024) {
    const br = brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    });
    writeFileSync(`${path}.br`, br);
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
    encodings.push('br', 'gzip');
    brotli = br.length;
  }
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  rows.push([name, hash, encodings.join(',')].join('\t'));
  sizes.push([name, bytes.length, brotli]);
}
writeFileSync(join(root, 'files.tsv'), rows.join('\n') + '\n');

const kilobytes = (n) => `${(n / 1024).toFixed(1)} KiB`.padStart(12);
sizes.sort((a, b) => b[1] - a[1]);
const report = sizes.map(([name, plain, brotli]) => `${kilobytes(plain)}${kilobytes(brotli)}  ${name}`);
const total = sizes.reduce(([p, b], [, plain, brotli]) => [p + plain, b + brotli], [0, 0]);
report.unshift(`${'plain'.padStart(12)}${'brotli'.padStart(12)}`);
report.push(`${kilobytes(total[0])}${kilobytes(total[1])}  all`);
writeFileSync('target/bundle-sizes.txt', report.join('\n') + '\n');
