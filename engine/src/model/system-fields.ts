import type { FieldDocument } from '@fieldstone/metadata/types/documents.js';
import { SYSTEM_TEXTS } from '@fieldstone/metadata/language/system-texts.js';
import { fieldType } from '../fields/registry.js';
import type { ColumnBinding } from './bindings.js';
import type { FieldModel } from './types.js';

/** Name and id of the built-in object for the people of the installation. It is read from the accounts and never written as a record. */
export const USER_OBJECT = 'user';
export const USER_OBJECT_ID = 'sys_user';
export const USER_TABLE = 'sys_user';

type SystemField = {
  readonly id: keyof typeof SYSTEM_TEXTS;
  readonly name: string;
  readonly type: FieldModel['type'];
  readonly column: string;
  readonly pgType: string;
  readonly options?: Partial<FieldDocument>;
};

/** What every record has. The columns are named once, here and in planner/physical-table.ts. */
const OF_EVERY_OBJECT: readonly SystemField[] = [
  { id: 'sys_id', name: 'id', type: 'id', column: 'id', pgType: 'uuid' },
  { id: 'sys_owner', name: 'owner', type: 'user', column: 'owner_id', pgType: 'uuid' },
  { id: 'sys_created_at', name: 'created_at', type: 'datetime', column: 'created_at', pgType: 'timestamptz' },
  { id: 'sys_created_by', name: 'created_by', type: 'user', column: 'created_by', pgType: 'uuid' },
  { id: 'sys_updated_at', name: 'updated_at', type: 'datetime', column: 'updated_at', pgType: 'timestamptz' },
  { id: 'sys_updated_by', name: 'updated_by', type: 'user', column: 'updated_by', pgType: 'uuid' },
  { id: 'sys_version', name: 'version', type: 'version', column: 'version', pgType: 'int4' },
  { id: 'sys_deleted_at', name: 'deleted_at', type: 'datetime', column: 'deleted_at', pgType: 'timestamptz' },
];

const OF_USER: readonly SystemField[] = [
  { id: 'sys_id', name: 'id', type: 'id', column: 'id', pgType: 'uuid' },
  { id: 'sys_user_name', name: 'name', type: 'text', column: 'name', pgType: 'text' },
  { id: 'sys_user_is_active', name: 'is_active', type: 'boolean', column: 'is_active', pgType: 'bool' },
  { id: 'sys_user_is_queue', name: 'is_queue', type: 'boolean', column: 'is_queue', pgType: 'bool' },
];

function linkOf(type: FieldModel['type']): Pick<FieldModel, 'target'> {
  const { linksTo } = fieldType(type);
  return linksTo === undefined ? {} : { target: linksTo };
}

const modelOf = (field: SystemField, object: string): FieldModel => ({
  id: field.id,
  object,
  name: field.name,
  label: SYSTEM_TEXTS[field.id].label,
  type: field.type,
  system: true,
  required: field.name === 'id' || field.name === 'version',
  unique: field.name === 'id',
  indexed: field.name === 'id' || field.name === 'updated_at' || field.name === 'owner',
  searchable: object === USER_OBJECT && field.name === 'name',
  tracked: field.name === 'owner',
  options: {},
  ...linkOf(field.type),
});

export const systemFields = (object: string): readonly FieldModel[] => OF_EVERY_OBJECT.map((field) => modelOf(field, object));
export const userFields = (): readonly FieldModel[] => OF_USER.map((field) => modelOf(field, USER_OBJECT));

export const SYSTEM_FIELD_NAMES: ReadonlySet<string> = new Set(OF_EVERY_OBJECT.map((field) => field.name));

/** Columns of the system fields, the same in every table. */
export const SYSTEM_COLUMNS: ReadonlyMap<string, ColumnBinding> = new Map(
  [...OF_EVERY_OBJECT, ...OF_USER].map((field) => [field.id, { column: field.column, pgType: field.pgType }]),
);
