import { join } from 'node:path';
import { defineConfig } from 'vite';
import { inlineBundlerHelpers } from './inline-bundler-helpers.js';

/** What is fetched when somebody edits something, or opens a dialog that is made of the same controls. */
const APART =
  /[/](fields[/]editors[/]editors-part|rights[/]rights-part|actions[/]actions-part|bulk[/]bulk-part|undo[/](?:merge|purge)-part)[.]ts$/;
type Modules = {
  getModuleInfo(id: string): { readonly importedIds: readonly string[]; readonly dynamicallyImportedIds: readonly string[] } | null;
};

/** Modules reached from some without going through the parts that are apart; `isStatic` leaves out what is fetched later. */
function reached(from: readonly string[], modules: Modules, isStatic: boolean): ReadonlySet<string> {
  const found = new Set(from);
  for (const id of found) {
    const info = modules.getModuleInfo(id);
    const next = [...(info?.importedIds ?? []), ...(isStatic ? [] : (info?.dynamicallyImportedIds ?? []))];
    for (const other of next) if (!APART.test(other)) found.add(other);
  }
  return found;
}

let parts: { readonly editors: ReadonlySet<string>; readonly others: ReadonlySet<string> } | undefined;

/** Whether a module is needed by the field editors alone. The shell would take controls in by their folder. */
function isOfEditors(id: string, modules: Modules): boolean {
  parts ??= {
    editors: reached([join(import.meta.dirname, 'src/fields/editors/editors-part.ts')], modules, true),
    others: reached([join(import.meta.dirname, 'src/main.ts')], modules, false),
  };
  return parts.editors.has(id) && !parts.others.has(id);
}

const SHELL =
  /[/]node_modules[/](lit|@lit|lit-html|lit-element|@shoelace-style|i18next|@tanstack)[/]|[/]metadata[/]language[/](durations|literals|countries|field-parts)|[/]runtime-ui[/]src[/](main[.]ts|(ui-kit|texts|fields|app|api|brand)[/](?!fs-key-help|de[.]ts|editors[/])|list[/]grid-math|model[/](screen|filters|outer-condition))/;

const engine = process.env['FIELDSTONE_API'] ?? 'http://127.0.0.1:3000';

export default defineConfig({
  base: '/',
  plugins: [inlineBundlerHelpers()],
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
            // A group takes along whatever its modules import, so what is shared by more comes first.
            { name: (id, context) => (SHELL.test(id) && !isOfEditors(id, context) ? 'shell' : null), priority: 4 },
            // Forms: opened from a record page and, for a new record, from any page.
            {
              name: 'forms',
              priority: 1,
              test: /[/]runtime-ui[/]src[/]record[/](forms-part|conflict-part|fs-record-dialog|fs-record-form|fs-conflict)[.]ts$/,
            },
            // Sharing, and why somebody may do what: opened from a record page.
            { name: 'rights', priority: 1, test: /[/]runtime-ui[/]src[/]rights[/]/ },
            // What an action asks for.
            { name: 'actions', priority: 1, test: /[/]runtime-ui[/]src[/]actions[/]/ },
            // What is done with several records: fetched when the first one is chosen.
            { name: 'bulk', priority: 1, test: /[/]runtime-ui[/]src[/]bulk[/]/ },
            // What happened to a record, and around it: tabs of its page.
            { name: 'history', priority: 1, test: /[/]runtime-ui[/]src[/]history[/]/ },
            { name: 'search', priority: 1, test: /[/]runtime-ui[/]src[/]search[/]/ },
            // Taking back and the recycle bin, deleting for good, and merging: each fetched when somebody does it.
            { name: 'undo', priority: 1, test: /[/]runtime-ui[/]src[/]undo[/](undo|fs-undo|fs-bin)/ },
            { name: 'purge', priority: 1, test: /[/]runtime-ui[/]src[/]undo[/](purge|fs-purge)/ },
            { name: 'merge', priority: 1, test: /[/]runtime-ui[/]src[/]undo[/](merge|fs-merge)/ },
            // What record pages and forms share, the condition language above all, is one file with the record page.
            {
              name: 'record',
              priority: 3,
              test: /[/]metadata[/]language[/](?!parse-formula|check-formula|compute-formulas|formula-(?:field|coercion|functions|syntax|tokens))|[/]runtime-ui[/]src[/](record[/](?!formula-preview|forms-part|conflict-part|fs-record-dialog|fs-record-form|fs-conflict)|board[/]barred-columns|model[/](conditions|broken-rules|form-values|layout-plan|same-value))/,
            },
            // Formulas worked out in a form: only for objects that have some.
            {
              name: 'formulas',
              priority: 1,
              test: /[/]metadata[/]language[/](parse-formula|check-formula|compute-formulas|formula-(?:field|coercion|functions|syntax|tokens))|[/]runtime-ui[/]src[/]record[/]formula-preview/,
            },
            // What people edit values with.
            { name: (id, context) => (isOfEditors(id, context) ? 'editors' : null), priority: 2 },
          ],
        },
      },
    },
  },
  server: { host: '127.0.0.1', port: 5173, proxy: { '/api': engine, '/docs': engine, '/studio': engine } },
});
