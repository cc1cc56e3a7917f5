import type { ValueType } from '@fieldstone/metadata/language/expression.js';
import type { FieldDocument } from '@fieldstone/metadata/types/documents.js';

export type FieldType = FieldDocument['type'];

/** Properties of a field that only some types have; the form shows the ones named here. */
export type TypeOption =
  | 'maxLength'
  | 'precision'
  | 'scale'
  | 'range'
  | 'stars'
  | 'options'
  | 'dependsOn'
  | 'onDelete'
  | 'target'
  | 'targets'
  | 'secret'
  | 'targetUser'
  | 'format'
  | 'unique'
  | 'indexed'
  | 'searchable'
  | 'required'
  | 'formula'
  | 'rollup'
  | 'default';

/** How a value is typed in where the studio asks for one: `members` and `json` as JSON, `given` not at all. */
export type ValueInput =
  | 'text'
  | 'lines'
  | 'yes_no'
  | 'choice'
  | 'choices'
  | 'date'
  | 'time'
  | 'moment'
  | 'duration'
  | 'whole'
  | 'number'
  | 'money'
  | 'members'
  | 'json'
  | 'given';

export type FieldTypeInfo = {
  readonly type: FieldType;
  /** Type in conditions and formulas; a computed field has that of its result. */
  readonly valueType?: ValueType;
  readonly input: ValueInput;
  /** What the engine says of its type of the same name. */
  readonly link?: 'one' | 'many' | 'any';
  readonly linksTo?: string;
  readonly isPart?: true;
  readonly choice?: 'one' | 'many';
  readonly givenBy?: 'counter' | 'formula' | 'rollup';
  readonly canName?: true;
  readonly members?: readonly string[];
  readonly label: string;
  readonly group: 'Text' | 'Numbers' | 'Choices and dates' | 'Relations' | 'Computed';
  readonly description: string;
  /** A value as people see it, for the example control. */
  readonly example: string;
  readonly options: readonly TypeOption[];
};
