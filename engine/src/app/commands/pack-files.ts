import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { PlanChange } from '@fieldstone/metadata/types/wire.js';
import { exportPack } from '../../catalog/export-pack.js';
import { malformed, metadataInvalid } from '../../kernel/errors.js';
import { readPackPlaces } from '../../model/read-packs.js';
import type { SourceDocument } from '../../model/types.js';
import { diffDocuments } from '../../planner/diff-documents.js';
import { readApplied } from '../../store/applied-model.js';
import type { Config } from '../config.js';
import { writeNewPack } from '../new-pack.js';
import { packsFolder } from '../open-catalog.js';
import { checkPack, findPack, readOnePack } from '../pack-sources.js';
import { runPackCases } from '../run-pack-cases.js';
import { writePack } from '../write-pack.js';
import { print, withCatalog } from './with-catalog.js';

const json = () => new Option('--json', 'print JSON instead of text');
const NAME = /^[a-z][a-z0-9_]{0,40}$/;
const libraryOf = (config: Config) => readPackPlaces([packsFolder(config), ...config.packs]);

/** `fieldstone pack new`, `validate`, `diff`, `test`, `pull` and `bundle`. */
export function addCommandsOfPackFiles(pack: Command, readConfig: () => Config): void {
  addNew(pack, readConfig);
  addValidate(pack, readConfig);
  addDiff(pack, readConfig);
  addTest(pack, readConfig);
  addPull(pack, readConfig);
  addBundle(pack);
}

function addNew(pack: Command, readConfig: () => Config): void {
  pack
    .command('new')
    .description('write a small pack that is valid: an object with a page, a list, a rule and a case')
    .argument('<name>', 'name of the pack: small letters, digits and _')
    .option('--in <folder>', 'folder to make it in', '.')
    .option('--label <text>', 'its name for people')
    .option('--object <name>', 'name of its object (default: the name of the pack, with _item)')
    .addOption(json())
    .addHelpText('after', '\nExample:\n  $ fieldstone pack new events --in ./packs --object event')
    .action(async (name: string, options: { in: string; label?: string; object?: string; json?: boolean }) => {
      const object = options.object ?? `${name}_item`;
      for (const given of [name, object]) {
        if (!NAME.test(given)) throw malformed(`"${given}" is no name: write small letters, digits and _, beginning with a letter.`);
      }
      const folder = resolve(options.in, name);
      const label = options.label ?? name.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase());
      const files = await writeNewPack({ folder, name, label, object, needs: {}, root: readConfig().root });
      if (options.json) print(JSON.stringify({ folder, files }));
      else print([`Made ${join(options.in, name)}:`, ...files.map((file) => `  ${file}`)].join('\n'));
    });
}

function addValidate(pack: Command, readConfig: () => Config): void {
  pack
    .command('validate')
    .description('check packs as files, with the packs they need; no system is asked')
    .argument('<pack...>', 'folders or bundles')
    .addOption(json())
    .addHelpText('after', '\nThe exit code is 1 when something is wrong.\n\nExample:\n  $ fieldstone pack validate ./packs/events')
    .action(async (places: string[], options: { json?: boolean }) => {
      const given = await readPackPlaces(places);
      const others = [...given, ...(await libraryOf(readConfig())).filter(({ name }) => !given.some((pack) => pack.name === name))];
      const issues = given.flatMap((one) => checkPack(one, others).issues);
      if (options.json) print(JSON.stringify({ packs: given.map(({ name, version }) => ({ name, version })), issues }));
      else {
        for (const { file, path, message } of issues) print(`${file ?? ''}${path}: ${message}`);
        if (issues.length === 0)
          print(given.map(({ name, version, files }) => `${name} ${version}: ${String(files.length)} files, no problem.`).join('\n'));
      }
      if (issues.length > 0) process.exitCode = 1;
    });
}

function addDiff(pack: Command, readConfig: () => Config): void {
  pack
    .command('diff')
    .description('what differs, element by element: between the system and a pack, or between two versions of a pack')
    .argument('<pack>', 'folder, bundle or name')
    .argument('[other]', 'a second version, to compare the first with')
    .addOption(json())
    .addHelpText(
      'after',
      '\nExamples:\n  $ fieldstone pack diff ./packs/events\n  $ fieldstone pack diff ./events-1.0.0.json ./packs/events',
    )
    .action(async (given: string, other: string | undefined, options: { json?: boolean }) => {
      const config = readConfig();
      const one = await findPack(given, () => libraryOf(config));
      const from: readonly SourceDocument[] =
        other === undefined
          ? await withCatalog(config, async ({ database, tenant }) => (await readApplied(database, tenant.space)).sources)
          : one.elements;
      const to = other === undefined ? one : await findPack(other, () => libraryOf(config));
      const changes = diffDocuments(
        from.filter(({ origin }) => origin === to.name),
        to.elements,
      );
      if (options.json) print(JSON.stringify(changes));
      else print(changes.length === 0 ? 'Nothing differs.' : changes.flatMap(linesOf).join('\n'));
    });
}

const SIGNS = { add: '+', restore: '+', retire: '-', change: '~', rename: '~' } as const;
const linesOf = ({ action, kind, name, properties }: PlanChange): string[] => [
  `${SIGNS[action]} ${kind} ${name}`,
  ...properties.map(({ path, before, after }) => `    ${path}: ${brief(before)} → ${brief(after)}`),
];
function brief(value: unknown): string {
  const text = value === null ? 'nothing' : JSON.stringify(value);
  return text.length > 70 ? `${text.slice(0, 67)}…` : text;
}

function addTest(pack: Command, readConfig: () => Config): void {
  pack
    .command('test')
    .description('run the cases of packs, on tables that are thrown away')
    .argument('<pack...>', 'folders, bundles or names')
    .addOption(json())
    .addHelpText('after', '\nThe exit code is 1 when a case fails.\n\nExample:\n  $ fieldstone pack test ./packs/events')
    .action(async (places: string[], options: { json?: boolean }) => {
      const config = readConfig();
      const results = await withCatalog(config, async ({ database, open }) => {
        const library = await open.library();
        const found: {
          pack: string;
          run: number;
          failed: { name: string; label: string; message: string; file: string; path: string }[];
        }[] = [];
        for (const place of places) {
          const one = await findPack(place, open.library);
          const { issues, model, packs } = checkPack(one, [one, ...library.filter((other) => other.name !== one.name)]);
          if (!model || issues.length > 0) throw metadataInvalid(issues);
          const failed = await runPackCases(database, model, packs, new Set([one.name]));
          found.push({
            pack: one.name,
            run: one.cases.length,
            failed: failed.map(({ name, label, issue }) => ({
              name,
              label,
              message: issue.message,
              file: issue.file ?? '',
              path: issue.path,
            })),
          });
        }
        return found;
      });
      if (options.json) print(JSON.stringify(results));
      else {
        for (const { pack: name, run, failed } of results) {
          print(`${name}: ${String(run - failed.length)} of ${String(run)} cases hold.`);
          for (const { file, path, message } of failed) print(`  ${file}${path}: ${message}`);
        }
      }
      if (results.some(({ failed }) => failed.length > 0)) process.exitCode = 1;
    });
}

function addPull(pack: Command, readConfig: () => Config): void {
  pack
    .command('pull')
    .description('write what was made and changed on this system as a pack: new elements whole, of others the changed properties')
    .argument('<folder>', 'folder of the pack; its name is the name of the pack')
    .option('--label <text>', 'its name for people, when it is new')
    .addOption(json())
    .addHelpText(
      'after',
      '\nRecords and cases in the folder stay as they are; files of elements that are gone are removed.\n\nExample:\n  $ fieldstone pack pull ./packs/ours && git diff',
    )
    .action(async (given: string, options: { label?: string; json?: boolean }) => {
      const config = readConfig();
      const folder = resolve(given);
      const name = basename(folder);
      if (!NAME.test(name)) throw malformed(`"${name}" is no name of a pack: write small letters, digits and _.`);
      const before = await readOnePack(folder).catch(() => undefined);
      const documents = await withCatalog(config, ({ open, tenant }) => exportPack(open.catalog, tenant.space, name, before?.document));
      const named = documents.map((document) =>
        document.kind === 'pack' && options.label ? { ...document, label: options.label } : document,
      );
      const result = await writePack(folder, named, config.root);
      if (options.json) print(JSON.stringify({ folder, ...result }));
      else {
        for (const file of result.written) print(`  wrote    ${file}`);
        for (const file of result.removed) print(`  removed  ${file}`);
        print(
          `${given}: ${String(result.written.length)} written, ${String(result.removed.length)} removed, ${String(result.unchanged)} as they were.`,
        );
      }
    });
}

function addBundle(pack: Command): void {
  pack
    .command('bundle')
    .description('put a pack into one file, to hand it on')
    .argument('<folder>', 'the pack')
    .argument('[file]', 'the file (default: <name>-<version>.json)')
    .addHelpText('after', '\nExample:\n  $ fieldstone pack bundle ./packs/events && fieldstone pack install ./events-1.0.0.json')
    .action(async (folder: string, file: string | undefined) => {
      const one = await readOnePack(folder);
      const files = Object.fromEntries(one.files.map(({ file: path = '', document }) => [path.slice(one.name.length + 1), document]));
      const target = file ?? `${one.name}-${one.version}.json`;
      await writeFile(target, `${JSON.stringify({ kind: 'bundle', name: one.name, version: one.version, files }, null, 2)}\n`);
      print(`Wrote ${target}.`);
    });
}
