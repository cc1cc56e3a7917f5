// npm start: installs and builds what is missing, then becomes the engine. Settings are environment variables; see docs/configuration.md.
import { build, checkNode, install } from './lib/build.mjs';

checkNode();
await install();
await build();
process.argv.splice(2, 0, 'start');
await import('../engine/bin/fieldstone.mjs');
