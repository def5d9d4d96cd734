// SPDX-License-Identifier: Apache-2.0
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  server: { fs: { allow: ['.', '../libs/engine/src/main'] } }, // the states that there are
  test: {
    include: ['src/**/*.test.{ts,tsx}'],
    environment: 'happy-dom',
    css: true,
    reporters: ['default', ['junit', { outputFile: 'target/vitest.xml' }]],
  },
});
