// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['e2e/newcomer.ts'], environment: 'node', testTimeout: 1_800_000, hookTimeout: 300_000 } });
