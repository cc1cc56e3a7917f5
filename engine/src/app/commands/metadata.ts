import { Option, type Command } from 'commander';
import type { PlanAnswer } from '@fieldstone/metadata/types/wire.js';
import { resumePending } from '../../catalog/examine.js';
import { planPackFolder, publishPacks } from '../../catalog/publish-packs.js';
import { readPackFiles } from '../../model/read-packs.js';
import type { Config } from '../config.js';
import { packsFolder } from '../open-catalog.js';
import { addDoctor } from './doctor.js';
import { addPurge } from './purge.js';
import { renderPlan } from './render-plan.js';
import { addTranslations } from './translations.js';
import { print, withCatalog } from './with-catalog.js';

const json = () => new Option('--json', 'print JSON instead of text');
const folder = (config: Config, given: string | undefined) => given ?? packsFolder(config);

/** `fieldstone plan`, `apply`, `doctor` and `purge`. They work beside a running server as well as without one. */
export function addCommandsOfMetadata(program: Command, readConfig: () => Config): void {
  addPlan(program, readConfig);
  addApply(program, readConfig);
  addDoctor(program, readConfig, withCatalog);
  addPurge(program, readConfig, withCatalog);
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
        const planned = await planPackFolder(open.catalog, tenant.space, await readPackFiles(folder(config, options.packs)));
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
          await readPackFiles(folder(config, options.packs)),
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
