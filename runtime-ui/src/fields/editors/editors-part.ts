// What people edit values with: one file, fetched when somebody edits. No exports: their names would need a further file.
import '../../list/fs-filter-editor.js';
import { provideEditors } from '../field-editors.js';
import { address } from './address.js';
import { boolean } from './boolean.js';
import { multiPicklist, picklist } from './choices.js';
import { currency } from './currency.js';
import { datetime } from './datetime.js';
import { duration } from './duration.js';
import { encryptedText } from './encrypted-text.js';
import { autonumber, fixed } from './fixed.js';
import { geoPoint } from './geo-point.js';
import { json } from './json.js';
import { longText } from './long-text.js';
import { manyToMany } from './many-to-many.js';
import { decimal, integer, percent } from './numbers.js';
import { typed } from './one-line.js';
import { polymorphic } from './polymorphic.js';
import { rating } from './rating.js';
import { storedFile } from './stored-file.js';
import { reference } from './reference.js';
import { richText } from './rich-text.js';
import { tags } from './tags.js';

provideEditors({
  text: typed('text'),
  long_text: longText,
  rich_text: richText,
  integer,
  decimal,
  currency,
  percent,
  boolean,
  score: integer,
  rating,
  date: typed('date'),
  time: typed('time'),
  datetime,
  duration,
  email: typed('email'),
  phone: typed('tel'),
  url: typed('url'),
  address,
  geo_point: geoPoint,
  json,
  tags,
  picklist,
  multi_picklist: multiPicklist,
  lookup: reference,
  master_detail: reference,
  user: reference,
  many_to_many: manyToMany,
  polymorphic,
  encrypted_text: encryptedText,
  file: storedFile(''),
  image: storedFile('image/png,image/jpeg,image/gif,image/webp'),
  autonumber,
  id: fixed,
  version: fixed,
});
