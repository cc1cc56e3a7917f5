import { defineConfig } from 'vite';

const engine = process.env['FIELDSTONE_API'] ?? 'http://127.0.0.1:3000';

export default defineConfig({
  base: '/',
  resolve: { conditions: ['fieldstone-source', 'module', 'browser', 'development|production'] },
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    // Data addresses are not allowed by the content security policy, and <use href="data:"> is ignored by browsers.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  server: { host: '127.0.0.1', port: 5173, proxy: { '/api': engine, '/docs': engine, '/studio': engine } },
});
