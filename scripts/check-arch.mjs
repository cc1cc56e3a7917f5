// Runs the architecture test and refuses a result that looked at nothing: without a TypeScript parser
// dependency-cruiser reports "no violations" over zero modules.
import { cruise } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { strayTypeNames } from './lib/field-type-names.mjs';

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
const types = await strayTypeNames();
for (const line of types.wrong) console.error(`error field-types-know-themselves: ${line}`);
console.log(`field types: ${types.files} files, ${types.wrong.length} errors`);
process.exit(summary.error || types.wrong.length > 0 || types.files < minModules ? 1 : 0);
