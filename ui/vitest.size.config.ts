// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['size/*.size.ts'], environment: 'node', testTimeout: 3_600_000, fileParallelism: false } });
