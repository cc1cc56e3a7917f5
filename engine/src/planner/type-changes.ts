import { convertibleTo, possibleTypes, refusalOf } from '@fieldstone/metadata/language/type-changes.js';
import type { FieldDocument } from '@fieldstone/metadata/types/documents.js';
import { fieldType, isComputed } from '../fields/registry.js';
import type { Issue } from '../kernel/errors.js';
import type { FieldModel, Model } from '../model/types.js';
import type { BindingRow } from './bindings.js';
import { isWidening } from './changes/widen-column.js';
import type { Facts, Question } from './facts.js';
import { isInPlace } from './in-place.js';
import { pgTypeOf, placeOf, sourceOf } from './sources.js';

type Input = { readonly from: Model | null; readonly to: Model; readonly bindings: readonly BindingRow[] };

/** Numbers that are to hold fewer digits before the point: the column stays as wide as it is, the values must fit. */
export function narrowingQuestions({ from, to, bindings }: Input): Question[] {
  const rows = new Map(bindings.map((row) => [row.elementId, row]));
  const before = fieldsById(from);
  const questions: Question[] = [];
  for (const object of to.objects.values()) {
    for (const field of object.fields.values()) {
      const row = rows.get(field.id);
      const digits = /^numeric\((\d+),(\d+)\)$/.exec(pgTypeOf(field));
      if (
        field.system ||
        !row?.column ||
        !digits ||
        !isInPlaceOf(before.get(field.id), field) ||
        row.pgType === digits[0] ||
        !isWidening(digits[0], row.pgType ?? '')
      )
        continue;
      questions.push({ kind: 'beyond', table: row.table, column: row.column, digits: Number(digits[1]) - Number(digits[2]) });
    }
  }
  return questions;
}

const fieldsById = (model: Model | null): Map<string, FieldModel> =>
  new Map([...(model?.objects.values() ?? [])].flatMap((object) => [...object.fields.values()].map((field) => [field.id, field] as const)));

const isInPlaceOf = (old: FieldModel | undefined, field: FieldModel): boolean => old === undefined || isInPlace(old, field);

/** Changes of a field that would rewrite a table or could lose values. They are refused, not attempted. */
export function refusedTypeChanges({ from, to, bindings }: Input, facts: Facts): Issue[] {
  const before = new Map<string, { field: FieldModel; objectId: string }>();
  for (const object of from?.objects.values() ?? []) {
    for (const field of object.fields.values()) if (!field.system) before.set(field.id, { field, objectId: object.id });
  }
  const rows = new Map(bindings.map((row) => [row.elementId, row]));
  const issues: Issue[] = [];
  for (const object of to.objects.values()) {
    for (const field of object.fields.values()) {
      const row = rows.get(field.id);
      if (field.system || row === undefined) continue;
      const source = sourceOf(to, field.id);
      const refuse = (path: string, code: string, message: string) =>
        issues.push({ ...(source ? placeOf(source) : {}), path, code, message });
      if (rows.get(object.id)?.table !== row.table) {
        refuse('/object', 'field_moved', 'A field can not move to another object. Retire it and add one there.');
        continue;
      }
      const old = before.get(field.id)?.field;
      const targets = old && fieldType(old.type).link !== 'any' ? [targetIds(from, old), targetIds(to, field)] : [];
      if (targets.every((ids) => ids !== '') && targets[0] !== targets[1]) {
        refuse(
          '/target',
          'target_changed',
          'A link can not be turned to another object: its values point to the former one. Retire it and add a new link.',
        );
        continue;
      }
      // Values that are worked out from now on: what was stored stays in its column, for the way back.
      if (isComputed(field) && old !== undefined && !isComputed(old)) {
        if (!canBeComputed(old, field)) refuse('/type', 'type_change_unsupported', refusal(old, field));
        continue;
      }
      if (old !== undefined && isComputed(old) && !isComputed(field)) {
        const specs = fieldType(field.type).columns(field.options);
        const isThere = specs.every((spec) => row.columns.some(({ suffix, pgType }) => suffix === spec.suffix && pgType === spec.pgType));
        if (!isThere || !canBeComputed(field, old)) refuse('/type', 'type_change_unsupported', refusal(old, field));
        continue;
      }
      if (isComputed(field) && (old === undefined || old.type === field.type)) {
        const [wanted] = fieldType(field.type).columns(field.options);
        const stored = row.columns.find(({ suffix }) => suffix === wanted?.suffix);
        if (wanted && stored && wanted.pgType !== stored.pgType)
          refuse('/rollup', 'type_change_unsupported', `${field.label} is stored as another type. Retire it and add a new roll-up.`);
        continue;
      }
      if (
        !(old
          ? isInPlace(old, field) || canConvert(old, field)
          : row.pgType === pgTypeOf(field) || isWidening(pgTypeOf(field), row.pgType ?? ''))
      ) {
        refuse('/type', 'type_change_unsupported', refusal(old, field));
        continue;
      }
      const beyond = facts.beyond.get(row.column ?? '') ?? 0;
      if (beyond > 0) {
        const records = beyond === 1 ? '1 record has' : `${beyond} records have`;
        refuse(
          '/precision',
          'numbers_too_long',
          `${records} more digits before the point than ${field.label} would hold. Shorten them first.`,
        );
      }
    }
  }
  return issues;
}

const targetIds = (model: Model | null, { target, targets = target === undefined ? [] : [target] }: FieldModel) =>
  targets.map((name) => model?.objects.get(name)?.id).join();

/** A field that people made has one of the types they can choose. */
const typeOf = (field: FieldModel) => field.type as FieldDocument['type'];

/** Whether values that people gave can be worked out instead: links, files and secrets are more than the value of a column. */
const canBeComputed = (stored: FieldModel, computed: FieldModel): boolean => {
  const { link, holds, isSecret, givenBy } = fieldType(stored.type);
  return fieldType(computed.type).givenBy === 'formula' && link === undefined && holds === undefined && !isSecret && givenBy === undefined;
};

const canConvert = (old: FieldModel, field: FieldModel): boolean => convertibleTo(typeOf(old)).includes(typeOf(field));

/** Why not, and what can be done instead while people work on. */
function refusal(old: FieldModel | undefined, field: FieldModel): string {
  if (old === undefined) return 'It was of another type when it was retired. Bring it back as it was, then change its type.';
  const ways = possibleTypes(typeOf(old));
  const others = ways.length > 0 ? ` It can become: ${ways.join(', ')}.` : '';
  const why = refusalOf(typeOf(old), typeOf(field)) ?? 'its column can not hold them';
  return `${old.type} can not become ${field.type}: ${why}.${others} Or add a second field, fill it, and retire this one: nobody has to wait for that.`;
}
