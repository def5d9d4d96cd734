// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['e2e/screenshots.ts'], environment: 'node', testTimeout: 300_000 } });
