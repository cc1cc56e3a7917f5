import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../kernel/errors.js';
import type { PackFileDocument } from '../model/pack-content.js';
import { placeOf } from '../model/pack-places.js';
import { fileText } from './write-pack.js';

export type NewPack = {
  readonly folder: string;
  readonly name: string;
  readonly label: string;
  readonly object: string;
  readonly needs: Readonly<Record<string, string>>;
  readonly root: string;
};

/**
 * Writes a small pack that is valid, installs and proves something: one object with a page, a list, a rule, and a case of the rule.
 *
 * Errors: conflict when the folder is there already.
 */
export async function writeNewPack(wanted: NewPack): Promise<string[]> {
  const { folder, root } = wanted;
  if (existsSync(folder))
    throw new AppError('conflict', `${folder} is there already.`, { hint: 'Choose another name, or another folder with --in.' });
  const files: string[] = [];
  for (const document of documentsOf(wanted)) {
    const file = placeOf(document);
    if (file === null) continue;
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), fileText(document, join(folder, file), root));
    files.push(file);
  }
  return files.sort();
}

const words = (name: string): string => name.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase());

function documentsOf({ name, label, object, needs }: NewPack): PackFileDocument[] {
  const field = (own: string, more: object) => ({
    kind: 'field' as const,
    id: `fld_${object}_${own}`,
    object,
    name: own,
    label: words(own),
    ...more,
  });
  const one = words(object);
  return [
    {
      kind: 'pack',
      name,
      label,
      version: '1.0.0',
      description: `What this pack is for.`,
      ...(Object.keys(needs).length > 0 ? { needs } : {}),
    },
    { kind: 'object', id: `obj_${object}`, name: object, label: one, pluralLabel: `${one}s`, icon: 'box', nameField: 'name' },
    field('name', { type: 'text', required: true, searchable: true }) as PackFileDocument,
    field('status', {
      type: 'picklist',
      default: 'open',
      options: [
        { value: 'open', label: 'Open', color: 'info' },
        { value: 'done', label: 'Done', color: 'success' },
      ],
    }) as PackFileDocument,
    field('result', { type: 'long_text', help: 'What came of it.' }) as PackFileDocument,
    {
      kind: 'layout',
      id: `lay_${object}_record`,
      object,
      name: 'record',
      label: 'Record page',
      highlights: ['status', 'owner'],
      sections: [
        { id: 'details', label: 'Details', columns: 2, fields: [{ field: 'name' }, { field: 'status' }, { field: 'result', wide: true }] },
      ],
    },
    {
      kind: 'view',
      id: `viw_${object}_all`,
      object,
      name: 'all',
      label: `All ${one.toLowerCase()}s`,
      type: 'list',
      columns: [{ field: 'name' }, { field: 'status' }, { field: 'owner' }],
    },
    {
      kind: 'validation',
      id: `val_${object}_result`,
      object,
      name: 'result',
      label: 'Done has a result',
      errorWhen: { and: [{ '==': [{ var: 'status' }, 'done'] }, { is_empty: [{ var: 'result' }] }] },
      message: 'Say what came of it before it is done.',
      field: 'result',
    },
    {
      kind: 'app',
      id: `app_${name}`,
      name,
      label,
      icon: 'box',
      order: 50,
      items: [{ id: object, object }],
    },
    {
      kind: 'case',
      name: 'done_has_a_result',
      label: 'Nothing is done without a result',
      steps: [
        { do: 'create', object, key: 'one', values: { name: 'Example' }, expect: { values: { status: 'open' } } },
        { do: 'update', key: 'one', values: { status: 'done' }, expect: { error: 'record_invalid', issues: [{ path: '/result' }] } },
        { do: 'update', key: 'one', values: { status: 'done', result: 'It works' } },
      ],
    },
  ];
}
