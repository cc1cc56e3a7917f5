import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds the engine; the built studio is served by the engine itself. */
const engine = process.env['FIELDSTONE_ENGINE'] ?? 'http://127.0.0.1:3000';

export default defineConfig({
  base: '/studio/',
  plugins: [react()],
  resolve: { conditions: ['fieldstone-source', 'module', 'browser', 'development|production'] },
  // No inline script or polyfill: the page runs under a policy that allows neither.
  build: { outDir: 'dist', target: 'es2022', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  server: { host: '127.0.0.1', proxy: { '/api': engine } },
});
