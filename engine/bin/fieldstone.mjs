#!/usr/bin/env node
// The command line program. It runs what was built: `npm run build` first.
import { existsSync } from 'node:fs';

const built = new URL('../dist/app/cli.js', import.meta.url);
if (existsSync(built)) {
  const { main } = await import(built.href);
  await main(process.argv);
} else {
  process.stderr.write('fieldstone: not built yet; run npm run build.\n');
  process.exitCode = 1;
}
