import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * A process of the tests as one file that plain Node runs. It lies in the repository, as deep as the sources, so that it finds packages and files of the
 * repository as they do; remove the folder afterwards.
 *
 * Shape: `entry` is relative to the repository.
 */
export async function bundleWorker(entry: string): Promise<{ file: string; folder: string }> {
  const packages = join(REPOSITORY, 'engine/node_modules');
  await mkdir(packages, { recursive: true });
  const folder = await mkdtemp(join(packages, '.test-worker-'));
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
