// SPDX-License-Identifier: Apache-2.0
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * `npm run dev` talks to a running Millrace: MILLRACE_URL says where (default: the one on 8080). Until there is a
 * session there, MILLRACE_TOKEN (`./millrace token`) is put on every request, outside the page.
 */
const target = process.env['MILLRACE_URL'] ?? 'http://127.0.0.1:8080';
const token = process.env['MILLRACE_TOKEN'];
const headers = token ? { Authorization: `Bearer ${token}` } : {};

export default defineConfig({
  base: '/ui/',
  plugins: [react()],
  build: {
    outDir: 'target/classes/millrace-ui',
    emptyOutDir: true,
    sourcemap: false,
    target: 'es2022',
    // what is inlined as data: is neither cached nor compressed on its own
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: {
    port: 5173,
    proxy: {
      '/api': { target, headers },
      '/actuator': { target },
      '/dev-issuer': { target },
      '/ui/session': { target, headers },
      '/ui/login': { target },
      '/ui/callback': { target },
      '/ui/logout': { target },
    },
  },
});
