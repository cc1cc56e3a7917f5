import { Option, type Command } from 'commander';
import { metadataInvalid } from '../../kernel/errors.js';
import { compileModel } from '../../model/compile-model.js';
import { reportTranslations, type TranslationReport } from '../../model/element-texts.js';
import { composedFiles } from '../../planner/compose-packs.js';
import { readPackFiles } from '../../model/read-packs.js';
import type { Config } from '../config.js';
import { packsFolder } from '../open-catalog.js';

const SHOWN = 50;

/** `fieldstone translations`: how much of the packs is translated, language by language. Needs no database. */
export function addTranslations(program: Command, readConfig: () => Config): void {
  program
    .command('translations')
    .description('say what the packs translate, what is missing, and what translates nothing')
    .option('--packs <folder>', 'folder of packs (default: metadata/packs)')
    .option('--locale <locale>', 'only this language')
    .addOption(new Option('--json', 'print JSON instead of text'))
    .addHelpText('after', '\nThe exit code is 1 when something is missing or unknown.\n\nExample:\n  $ fieldstone translations --locale de')
    .action(async (options: { packs?: string; locale?: string; json?: boolean }) => {
      const compiled = compileModel(composedFiles(await readPackFiles(options.packs ?? packsFolder(readConfig()))));
      if (!compiled.ok) throw metadataInvalid(compiled.issues);
      const reports = reportTranslations(compiled.model).filter(({ locale }) => options.locale === undefined || locale === options.locale);
      process.stdout.write(`${options.json ? JSON.stringify(reports) : reports.map(render).join('\n') || 'Nothing is translated.'}\n`);
      if (reports.some(({ missing, unknown }) => missing.length + unknown.length > 0)) process.exitCode = 1;
    });
}

function render({ locale, texts, translated, missing, unknown }: TranslationReport): string {
  const more = missing.length > SHOWN ? [`  … and ${missing.length - SHOWN} more`] : [];
  return [
    `${locale}: ${translated} of ${texts} texts`,
    ...missing.slice(0, SHOWN).map(({ element, key, text }) => `  missing  ${element} ${key}  "${text.slice(0, 60)}"`),
    ...more,
    ...unknown.map(({ element, key, guess }) => `  unknown  ${element} ${key}${guess}`),
  ].join('\n');
}
