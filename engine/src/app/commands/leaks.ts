import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { silentLogger } from '../../kernel/logger.js';
import { readPackPlaces } from '../../model/read-packs.js';
import type { DatabaseConfig } from '../../store/database.js';
import { migrate } from '../../store/run-migrations.js';
import type { Config } from '../config.js';
import { startEmbeddedPostgres } from '../embedded-postgres.js';
import { leakMatrix } from '../leaks/matrix.js';
import { matrixMarkdown, renderMatrix } from '../leaks/render-matrix.js';
import { leaksOf, type MatrixReport } from '../leaks/run-matrix.js';
import { packsFolder } from '../open-catalog.js';

type Options = { json?: boolean; out?: string };

const ROLES = { owner: 'fieldstone_owner', app: 'fieldstone_app', bi: 'fieldstone_bi' };

/** `fieldstone leaks`: calls everything as everybody on a database that is thrown away, and says what was shown that must not be. */
export function addCommandsOfLeaks(program: Command, readConfig: () => Config): void {
  program
    .command('leaks')
    .description('call everything as everybody on a database that is thrown away, and look for what they must not be shown')
    .addOption(new Option('--json', 'print the whole matrix as JSON instead of a summary'))
    .option('--out <file>', 'write the whole matrix to a file too: Markdown, or JSON when its name ends in .json')
    .addHelpText(
      'after',
      '\nThe objects and roles are those of the packs: of this program and of the places in FIELDSTONE_PACKS. No data of the installation is read.\nThe exit code is 1 when something was shown, or when there is a way that was not tried.\n\nExamples:\n  $ fieldstone leaks\n  $ fieldstone leaks --out leaks.md',
    )
    .action(async ({ json, out }: Options) => {
      const report = await onThrowAway(readConfig(), (databaseConfig, config) =>
        packsOf(config).then((files) => leakMatrix({ databaseConfig, files })),
      );
      process.stdout.write(`${json === true ? JSON.stringify(report) : renderMatrix(report)}\n`);
      if (out !== undefined) await writeFile(out, out.endsWith('.json') ? JSON.stringify(report, null, 2) : matrixMarkdown(report));
      if (leaksOf(report).length + report.untried.length > 0) process.exitCode = 1;
    });
}

const packsOf = async (config: Config) => (await readPackPlaces([packsFolder(config), ...config.packs])).flatMap(({ files }) => files);

/** A database server of its own, which forgets everything, for as long as the work takes. */
async function onThrowAway(
  config: Config,
  work: (databaseConfig: DatabaseConfig, config: Config) => Promise<MatrixReport>,
): Promise<MatrixReport> {
  const folder = await mkdtemp(join(tmpdir(), 'fieldstone-leaks-db-'));
  // Started by root, the server has an account of its own that must get in.
  await chmod(folder, 0o755);
  const server = await startEmbeddedPostgres({ dataFolder: folder, throwAway: true });
  try {
    const databaseConfig: DatabaseConfig = {
      ...{ url: server.url, secret: randomBytes(32).toString('base64url'), roles: ROLES, poolSize: 8, logger: silentLogger },
    };
    await migrate(databaseConfig);
    return await work(databaseConfig, config);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
