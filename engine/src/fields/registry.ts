import { address } from './address.js';
import { autonumber } from './autonumber.js';
import { boolean } from './boolean.js';
import { formula, rollup } from './computed.js';
import { currency } from './currency.js';
import { date } from './date.js';
import { datetime } from './datetime.js';
import { decimal } from './decimal.js';
import { duration } from './duration.js';
import { email } from './email.js';
import { encryptedText } from './encrypted-text.js';
import type { FieldOptions, FieldType } from './field-type.js';
import { file } from './file.js';
import { geoPoint } from './geo-point.js';
import { id } from './id.js';
import { image } from './image.js';
import { integer } from './integer.js';
import { json } from './json.js';
import { longText } from './long-text.js';
import { lookup } from './lookup.js';
import { manyToMany } from './many-to-many.js';
import { masterDetail } from './master-detail.js';
import { multiPicklist } from './multi-picklist.js';
import { percent } from './percent.js';
import { phone } from './phone.js';
import { picklist } from './picklist.js';
import { polymorphic } from './polymorphic.js';
import { rating } from './rating.js';
import { richText } from './rich-text.js';
import { score } from './score.js';
import { tags } from './tags.js';
import { text } from './text.js';
import { time } from './time.js';
import { url } from './url.js';
import { user } from './user.js';
import { version } from './version.js';

/** Every field type, by its name in field.schema.json; `id` and `version` are of the system and not offered there. */
export const FIELD_TYPES: Readonly<Record<FieldType['name'], FieldType>> = Object.freeze({
  text,
  long_text: longText,
  rich_text: richText,
  integer,
  decimal,
  currency,
  percent,
  boolean,
  score,
  rating,
  date,
  time,
  datetime,
  duration,
  email,
  phone,
  url,
  address,
  geo_point: geoPoint,
  json,
  tags,
  picklist,
  multi_picklist: multiPicklist,
  lookup,
  master_detail: masterDetail,
  user,
  many_to_many: manyToMany,
  polymorphic,
  encrypted_text: encryptedText,
  file,
  image,
  autonumber,
  formula,
  rollup,
  id,
  version,
});

export const fieldType = (name: FieldType['name']): FieldType => FIELD_TYPES[name];

/** Whether values follow from others: nobody writes them, and nothing is stored but what a roll-up keeps. */
export const isComputed = ({ type }: { readonly type: FieldType['name'] }): boolean => {
  const { givenBy } = fieldType(type);
  return givenBy === 'formula' || givenBy === 'rollup';
};

/** The type of a field's values: of a computed field, that of its result. `returns` is filled in when the model is made. */
export function resultType({ type, options }: { readonly type: FieldType['name']; readonly options: FieldOptions }): FieldType {
  if (!isComputed({ type })) return fieldType(type);
  return fieldType(options.returns ?? (fieldType(type).givenBy === 'rollup' ? 'integer' : 'text'));
}

/** Whether the values of a field are states that a process, a path or a board can lead records through. */
export const hasStates = ({ type }: { readonly type: FieldType['name'] }): boolean => {
  const { choice, link, linksTo } = fieldType(type);
  return choice === 'one' || (link === 'one' && linksTo === undefined);
};
