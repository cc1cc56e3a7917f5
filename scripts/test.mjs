// npm test: everything that has to hold, from a fresh clone. Ends with "N passed, M failed", which counts each check, test and journey.
// `npm test -- checks unit` runs only the parts named: checks, unit, journeys.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, checkNode, install, node, root, run } from './lib/build.mjs';

checkNode();
await install();
const { ensureBrowser } = await import('./lib/browser.mjs');
const wanted = process.argv.slice(2);
const isWanted = (part) => wanted.length === 0 || wanted.includes(part);
const results = [];

/** A check that says nothing while it holds. */
async function check(name, start) {
  const began = Date.now();
  const { code, output } = await start();
  results.push({ name, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 });
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  if (code !== 0) console.log(output.trim().split('\n').slice(0, 200).join('\n'));
}
const script =
  (file, ...args) =>
  () =>
    run(process.execPath, [join('scripts', file), ...args]);

if (isWanted('checks')) {
  await check('format', () => node('prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']));
  await check('lint', () => node('eslint/bin/eslint.js', ['.']));
  await check('types', () => node('typescript/bin/tsc', ['-b']));
  await check('architecture', script('check-arch.mjs'));
  await check('generated files', script('generate-types.mjs', '--check'));
  await check('reference pages', script('generate-reference.mjs', '--check'));
  await check('names of the CRM', script('check-names.mjs'));
  await check('pack files', script('check-packs.mjs'));
}

await build();

if (isWanted('checks')) await check('size of the runtime', script('check-size.mjs'));

/** Runs a test runner with its own output shown and reads what it counted from its JSON report. */
async function runner(name, bin, args, report, count) {
  rmSync(report, { force: true });
  const { code } = await node(bin, args, { show: true });
  const counted = existsSync(report) ? count(JSON.parse(readFileSync(report, 'utf8'))) : { passed: 0, failed: 0 };
  // A runner that fails without a failed test (a broken file, a failed set-up) has failed.
  const failed = code !== 0 && counted.failed === 0 ? 1 : counted.failed;
  results.push({ name, passed: counted.passed, failed });
}

if (isWanted('unit')) {
  const report = join(root, 'node_modules/.cache/fieldstone/vitest.json');
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
  await runner('unit and integration tests', 'vitest/vitest.mjs', ['run', ...reporters], report, (found) => ({
    passed: found.numPassedTests,
    failed: found.numFailedTests,
  }));
}

const journeys =
  existsSync(join(root, 'e2e')) && readdirSync(join(root, 'e2e'), { recursive: true }).some((file) => String(file).endsWith('.spec.ts'));
if (isWanted('journeys') && journeys) {
  if (await ensureBrowser()) {
    const report = join(root, 'node_modules/.cache/fieldstone/playwright.json');
    process.env.PLAYWRIGHT_JSON_OUTPUT_NAME = report;
    await runner('browser journeys', '@playwright/test/cli.js', ['test', '--reporter=list,json'], report, ({ stats }) => ({
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected,
    }));
  } else {
    console.error('There is no Chromium for the browser journeys.');
    results.push({ name: 'browser journeys', passed: 0, failed: 1 });
  }
}

const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log('');
for (const { name, passed, failed } of results) console.log(`  ${failed === 0 ? '✓' : '✗'} ${name}: ${passed} passed, ${failed} failed`);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') === 0 && sum('passed') > 0 ? 0 : 1);
