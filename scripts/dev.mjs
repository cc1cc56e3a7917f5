// npm run dev: everything watched. TypeScript and both front ends are rebuilt as files change, the engine is started again when its code or the
// packs change. One address, as in npm start; reload the page to see a change of a front end.
import { spawn } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { build, checkNode, install, root } from './lib/build.mjs';

checkNode();
await install();
await build();

const SETTLE_MS = 400;
const children = new Set();

/** A child in a process group of its own: Ctrl-C reaches us, and we stop them in order. */
function launch(name, args, { cwd = root, quiet = /^$/ } = {}) {
  const child = spawn(process.execPath, args, {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FORCE_COLOR: '1' },
  });
  children.add(child);
  child.once('close', () => children.delete(child));
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      for (const line of text.split('\n')) if (line.trim() !== '' && !quiet.test(line)) console.log(`${name.padEnd(8)}│ ${line}`);
    });
  }
  return child;
}

const tool = (path) => join(root, 'node_modules', path);
launch('types', [tool('typescript/bin/tsc'), '-b', '--watch', '--preserveWatchOutput', 'metadata', 'engine']);
for (const name of ['runtime-ui', 'studio']) {
  const args = [tool('vite/bin/vite.js'), 'build', '--watch', '--emptyOutDir', 'false', '--logLevel', 'warn', '--mode', 'development'];
  launch(name.slice(0, 7), args, { cwd: join(root, name) });
}

let engine;
let isStopping = false;
const start = () => {
  engine = launch('engine', [join(root, 'engine/bin/fieldstone.mjs'), 'start']);
};
const stop = (child) =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else {
      child.once('close', resolve);
      child.kill('SIGINT');
    }
  });

let timer;
let restarting = Promise.resolve();
const restartSoon = () => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    restarting = restarting.then(async () => {
      if (isStopping) return;
      console.log('engine  │ changed, starting again …');
      await stop(engine);
      if (!isStopping) start();
    });
  }, SETTLE_MS);
};
const matters = (file) => file !== null && /[.](js|json|sql|hbs)$/.test(file);
for (const folder of ['engine/dist', 'metadata/dist', 'metadata/packs', 'metadata/schema', 'migrations']) {
  if (existsSync(join(root, folder))) watch(join(root, folder), { recursive: true }, (_event, file) => matters(file) && restartSoon());
}
start();

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, async () => {
    if (isStopping) return;
    isStopping = true;
    clearTimeout(timer);
    await stop(engine);
    for (const child of children) child.kill('SIGTERM');
    process.exit(0);
  });
}
