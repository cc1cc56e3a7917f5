// What start, build, test and dev share: install when the lock file changed, build what changed since it was built.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(root, 'node_modules/.cache/fieldstone');

/** Runs a program and shows its output only when it fails, or all along with `show`. Resolves to its exit code and output. */
export function run(program, args, { cwd = root, show = false, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

export const node = (script, args, options) => run(process.execPath, [join(root, 'node_modules', script), ...args], options);

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`fieldstone: Node.js ${process.versions.node} is too old; 20.19 or newer is needed.`);
  process.exit(1);
}

function fail(what, output) {
  console.error(output.trim());
  console.error(`fieldstone: ${what} failed; the output above says why.`);
  process.exit(1);
}

/** Installs the packages of the lock file when they are not the ones installed. */
export async function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(cache, 'install');
  if (existsSync(join(root, 'node_modules/.package-lock.json'))) {
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
    // Installed by hand after the lock file was written.
    if (statSync(join(root, 'node_modules/.package-lock.json')).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs) {
      mkdirSync(cache, { recursive: true });
      writeFileSync(stamp, wanted);
      return;
    }
  }
  console.log('Installing packages …');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const env = { ...process.env, NODE_ENV: 'development' };
  const { code, output } = npm ? await run(process.execPath, [npm, ...args], { env }) : await run('npm', args, { env });
  if (code !== 0) fail('npm ci', output);
  mkdirSync(cache, { recursive: true });
  writeFileSync(stamp, wanted);
}

/** Digest of names, sizes and times of all files of a part: what a build depends on. */
function fingerprint(paths) {
  const hash = createHash('sha256');
  const visit = (path) => {
    const info = statSync(path, { throwIfNoEntry: false });
    if (!info) return;
    if (!info.isDirectory()) {
      hash.update(`${path}\0${info.size}\0${info.mtimeMs}\n`);
      return;
    }
    for (const name of readdirSync(path).sort()) {
      if (name !== 'node_modules' && name !== 'dist' && !name.startsWith('.')) visit(join(path, name));
    }
  };
  for (const path of paths) visit(join(root, path));
  return hash.digest('hex');
}

const LANGUAGE = ['metadata/language', 'metadata/types', 'metadata/package.json', 'tsconfig.base.json', 'package-lock.json'];
const frontEnd = (name) => ({
  name,
  entry: `${name}/index.html`,
  inputs: [
    ...LANGUAGE,
    `${name}/src`,
    `${name}/index.html`,
    `${name}/public`,
    `${name}/vite.config.ts`,
    `${name}/tsconfig.json`,
    `${name}/package.json`,
  ],
  output: `${name}/dist/index.html`,
  build: () =>
    node('vite/bin/vite.js', ['build', '--logLevel', 'error'], { cwd: join(root, name), env: { ...process.env, NODE_ENV: 'production' } }),
});

export const parts = [
  {
    name: 'engine',
    inputs: [...LANGUAGE, 'metadata/tsconfig.json', 'engine/src', 'engine/tsconfig.json', 'engine/package.json'],
    output: 'engine/dist/app/cli.js',
    build: () => node('typescript/bin/tsc', ['-b', 'metadata', 'engine']),
  },
  frontEnd('runtime-ui'),
  frontEnd('studio'),
];

/** Builds the parts whose inputs changed since their last build, side by side. */
export async function build({ force = false } = {}) {
  const stale = parts.flatMap((part) => {
    if (part.entry && !existsSync(join(root, part.entry))) return [];
    const stamp = join(cache, `build-${part.name}`);
    const now = fingerprint(part.inputs);
    const isFresh = !force && existsSync(join(root, part.output)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now;
    return isFresh ? [] : [{ ...part, stamp, now }];
  });
  if (stale.length === 0) return;
  console.log(`Building ${stale.map((part) => part.name).join(', ')} …`);
  // All are awaited before one failure is told: a build left running would write into the next one.
  const results = await Promise.all(stale.map(async (part) => ({ ...part, ...(await part.build()) })));
  for (const { name, code, output } of results) if (code !== 0) fail(`building ${name}`, output);
  for (const { stamp, now } of results) {
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, now);
  }
}
