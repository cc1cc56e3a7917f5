import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * A process of the tests as one file that plain Node runs. It lies in the repository, so that packages are found; remove the folder afterwards.
 *
 * Shape: `entry` is relative to the repository.
 */
export async function bundleWorker(entry: string): Promise<{ file: string; folder: string }> {
  const cache = join(REPOSITORY, 'engine/node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'test-worker-'));
  const bundle = await rolldown({
    input: join(REPOSITORY, entry),
    platform: 'node',
    external: (id) => /^[^./]/.test(id) && !id.startsWith('@fieldstone/'),
    resolve: { conditionNames: ['fieldstone-source', 'import', 'default'], extensionAlias: { '.js': ['.ts', '.js'] } },
    logLevel: 'silent',
  });
  const file = join(folder, 'worker.mjs');
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  return { file, folder };
}
