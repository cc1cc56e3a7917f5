// Runs the architecture test and refuses a result that looked at nothing: without a TypeScript parser
// dependency-cruiser reports "no violations" over zero modules.
import { cruise } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const roots = ['engine/src', 'studio/src', 'runtime-ui/src', 'metadata/language', 'metadata/types', 'plugins'];
const minModules = Number(process.env.ARCH_MIN_MODULES ?? 10); // raise it as the code grows
const options = await extractOptions('./.dependency-cruiser.mjs');
const { output } = await cruise(roots, { ...options, outputType: 'json', validate: true }, undefined, {
  tsConfig: extractTSConfig('./tsconfig.base.json'),
});
const { modules, summary } = JSON.parse(output);
const own = modules.filter((m) => roots.some((r) => m.source.startsWith(`${r}/`)));
for (const v of summary.violations) console.error(`${v.rule.severity} ${v.rule.name}: ${v.from} -> ${v.to}`);
console.log(`architecture: ${own.length} own modules, ${summary.error} errors`);
if (own.length < minModules) {
  console.error(`expected at least ${minModules} modules: is a TypeScript parser installed?`);
  process.exit(2);
}
process.exit(summary.error ? 1 : 0);
