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
              priority: 3,
              test: (id) =>
                /rolldown[/]runtime|[/]node_modules[/](lit|@lit|lit-html|lit-element|@shoelace-style|i18next|@tanstack)[/]/.test(id) ||
                /[/]runtime-ui[/]src[/](main[.]ts|(ui-kit|texts|fields|app|api|brand)[/](?!fs-key-help)|list[/]grid-math|model[/](screen|filters|outer-condition))/.test(
                  id,
                ),
            },
            // Forms and history: opened from a record page and, for a new record, from any page.
            {
              name: 'forms',
              priority: 1,
              test: /[/]runtime-ui[/]src[/]record[/](forms-part|fs-record-dialog|fs-record-form|fs-conflict|fs-history)[.]ts$/,
            },
            // What record pages and forms share, the condition language above all, is one file with the record page.
            {
              name: 'record',
              priority: 2,
              test: /[/]metadata[/]language[/]|[/]runtime-ui[/]src[/](record[/](?!forms-part|fs-record-dialog|fs-record-form|fs-conflict|fs-history)|model[/](conditions|form-values|layout-plan|same-value))/,
            },
          ],
        },
      },
    },
  },
  server: { host: '127.0.0.1', port: 5173, proxy: { '/api': engine, '/docs': engine, '/studio': engine } },
});
