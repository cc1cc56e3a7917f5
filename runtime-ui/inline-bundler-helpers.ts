import type { Plugin } from 'vite';

const HELPERS = 'rolldown-runtime';

/**
 * Writes the helpers of the bundler into the chunks that use them. It keeps them in a file of their own, 150 bytes that cost every page one
 * request more.
 *
 * Errors: stops the build when a helper is imported in a form that is not known here.
 */
export function inlineBundlerHelpers(): Plugin {
  return {
    name: 'inline-bundler-helpers',
    apply: 'build',
    // Names of files are made before: what is written into them here counts too, or a browser would keep what it has under the same name.
    augmentChunkHash: () => 'helpers inlined',
    generateBundle: {
      // When the bundler's own plugins have written what is preloaded with what.
      order: 'post',
      handler(_options, bundle) {
        const chunks = Object.values(bundle).filter((part) => part.type === 'chunk');
        const helpers = chunks.find(({ name }) => name === HELPERS);
        const entry = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith('/src/main.ts')));
        if (helpers === undefined) return;
        if (entry === undefined) return this.error('There is no chunk with the entry.');
        const [, body = '', exported = ''] = /^([\s\S]*?)export\s*\{([^}]*)\};?\s*(?:\/\/.*)?$/.exec(helpers.code) ?? [];
        const file = helpers.fileName.split('/').at(-1) ?? '';
        const imports = new RegExp(`import\\s*\\{([^}]*)\\}\\s*from\\s*["'\`]\\./${file.replaceAll('.', '\\.')}["'\`];?`, 'g');
        for (const chunk of chunks) {
          if (chunk === helpers) continue;
          const inlined = chunk.code.replaceAll(imports, (_all, names: string) => {
            const values = pairs(names).map(([theirs]) => pairs(exported).find(([, name]) => name === theirs)?.[0]);
            if (values.length === 0 || values.includes(undefined))
              this.error(`${chunk.fileName} imports a helper that is not exported: ${names}`);
            return `const[${pairs(names)
              .map(([, own]) => own)
              .join()}]=(()=>{${body}return[${values.join()}]})();`;
          });
          // What is left names it among the files to fetch ahead; the entry is there already.
          chunk.code = inlined.replaceAll(helpers.fileName, entry.fileName);
          if (chunk.code.includes(file)) this.error(`${chunk.fileName} still asks for ${file}`);
        }
        delete bundle[helpers.fileName];
      },
    },
  };
}

/** "a as b, c" to [["a", "b"], ["c", "c"]]. */
function pairs(list: string): [string, string][] {
  return list
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each) => {
      const [first = '', second = first] = each.split(/\s+as\s+/);
      return [first, second];
    });
}
