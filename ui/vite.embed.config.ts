// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vite';

/** The elements for portals: one file with a name that stays, beside the pages. */
export default defineConfig({
  publicDir: false,
  build: {
    outDir: 'target/classes/millrace-ui/embed',
    emptyOutDir: false,
    target: 'es2022',
    lib: { entry: 'src/embed/main.ts', formats: ['es'], fileName: () => 'millrace.js' },
  },
});
