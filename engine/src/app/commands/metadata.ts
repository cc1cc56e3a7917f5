import { Option, type Command } from 'commander';
import type { PlanAnswer } from '@fieldstone/metadata/types/wire.js';
import { resumePending } from '../../catalog/examine.js';
import { planPacks, publishPacks } from '../../catalog/publish-packs.js';
import { readInstalledPacks } from '../../catalog/versions.js';
import { silentLogger } from '../../kernel/logger.js';
import { readPacks } from '../../model/read-packs.js';
import { ensureTenant, type Tenant } from '../../store/installation.js';
import type { Database } from '../../store/open-database.js';
import type { Config } from '../config.js';
import { openCatalog, packsFolder, type OpenCatalog } from '../open-catalog.js';
import { withDatabase } from '../open-system.js';
import { addDoctor } from './doctor.js';
import { renderPlan } from './render-plan.js';
import { addTranslations } from './translations.js';

type Open = { readonly database: Database; readonly tenant: Tenant; readonly open: OpenCatalog };

const json = () => new Option('--json', 'print JSON instead of text');
const folder = (config: Config, given: string | undefined) => given ?? packsFolder(config);
const print = (text: string) => process.stdout.write(`${text}\n`);

async function withCatalog<T>(config: Config, work: (parts: Open) => Promise<T>): Promise<T> {
  return withDatabase(config, silentLogger, async (database) => {
    const tenant = await ensureTenant(database, 'Fieldstone');
    const open = await openCatalog(config, database, tenant);
    return work({ database, tenant, open }).finally(() => open.close());
  });
}

/** `fieldstone plan`, `apply`, `doctor` and `pack list`. They work beside a running server as well as without one. */
export function addCommandsOfMetadata(program: Command, readConfig: () => Config): void {
  addPlan(program, readConfig);
  addApply(program, readConfig);
  addDoctor(program, readConfig, withCatalog);
  addPackList(program, readConfig);
  addTranslations(program, readConfig);
}

function addPlan(program: Command, readConfig: () => Config): void {
  program
    .command('plan')
    .description('say exactly what publishing the packs would do to the database; changes nothing')
    .option('--packs <folder>', 'folder of packs (default: metadata/packs)')
    .addOption(json())
    .addHelpText('after', '\nExamples:\n  $ fieldstone plan\n  $ fieldstone plan --packs ./packs --json')
    .action(async (options: { packs?: string; json?: boolean }) => {
      const config = readConfig();
      const answer = await withCatalog(config, async ({ open, tenant }): Promise<PlanAnswer> => {
        const planned = await planPacks(open.catalog, tenant.space, await readPacks(folder(config, options.packs)));
        return planned.answer;
      });
      print(options.json ? JSON.stringify(answer) : renderPlan(answer));
      if (answer.issues.length > 0) process.exitCode = 1;
    });
}

function addApply(program: Command, readConfig: () => Config): void {
  program
    .command('apply')
    .description('publish the packs; what people changed or retired in the studio stays as they made it')
    .option('--packs <folder>', 'folder of packs (default: metadata/packs)')
    .option('--confirm <code...>', 'hazards that are accepted, by the codes that plan shows')
    .addOption(json())
    .addHelpText('after', '\nExamples:\n  $ fieldstone apply\n  $ fieldstone apply --confirm retire:fld_deal_region')
    .action(async (options: { packs?: string; confirm?: string[]; json?: boolean }) => {
      const config = readConfig();
      const result = await withCatalog(config, async ({ open, tenant, database }) => {
        const published = await publishPacks(
          open.catalog,
          tenant.space,
          await readPacks(folder(config, options.packs)),
          options.confirm ?? [],
        );
        return { ...published, pending: await resumePending(database, tenant.space) };
      });
      if (options.json) print(JSON.stringify(result));
      else
        print(result.changed ? `Published version ${result.revision}.` : `Nothing to publish; version ${result.revision} is up to date.`);
      for (const step of result.pending) if (!options.json) print(`Still to be done: ${step.error}\n  ${step.sql}`);
    });
}

function addPackList(program: Command, readConfig: () => Config): void {
  program
    .command('pack')
    .description('packs of metadata')
    .command('list')
    .description('installed packs with their versions')
    .addOption(json())
    .action(async (options: { json?: boolean }) => {
      const packs = await withCatalog(readConfig(), ({ open, tenant }) => readInstalledPacks(open.catalog, tenant.space));
      if (options.json) {
        print(JSON.stringify(packs));
        return;
      }
      const width = Math.max(4, ...packs.map((pack) => pack.name.length)) + 2;
      for (const pack of packs) print(`${pack.name.padEnd(width)}${pack.version.padEnd(10)}${pack.label}`);
    });
}
