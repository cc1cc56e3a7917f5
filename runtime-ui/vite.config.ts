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
    rolldownOptions: {
      output: {
        // One file for the shell and what every route uses: lit, the kit, texts and field types. Left alone it becomes three.
        codeSplitting: {
          groups: [
            {
              name: 'shell',
              test: (id) =>
                /rolldown[/]runtime|[/]node_modules[/](lit|@lit|lit-html|lit-element|@shoelace-style|i18next|@tanstack)[/]/.test(id) ||
                /[/]runtime-ui[/]src[/](main[.]ts|(ui-kit|texts|fields|app|api|brand)[/](?!fs-key-help))/.test(id),
            },
          ],
        },
      },
    },
  },
  server: { host: '127.0.0.1', port: 5173, proxy: { '/api': engine, '/docs': engine, '/studio': engine } },
});
