// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['e2e/**/*.e2e.ts'],
    environment: 'node',
    testTimeout: 300_000,
    hookTimeout: 120_000,
    fileParallelism: true, // each file has a browser and names of its own; much of the time they wait
    maxWorkers: 2,
    sequence: { concurrent: false },
    bail: 1, // each step stands on the one before
    reporters: ['default', ['junit', { outputFile: 'target/e2e.xml' }]],
  },
});
