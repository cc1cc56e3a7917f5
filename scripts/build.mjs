// Builds everything that changed; --force builds it all.
import { build, checkNode, install } from './lib/build.mjs';

checkNode();
await install();
await build({ force: process.argv.includes('--force') });
