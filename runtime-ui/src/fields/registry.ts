import type { ScreenField } from '@fieldstone/metadata/types/wire.js';
import { address } from './address.js';
import { autonumber } from './autonumber.js';
import { boolean } from './boolean.js';
import { currency } from './currency.js';
import { date } from './date.js';
import { datetime } from './datetime.js';
import { decimal } from './decimal.js';
import { duration } from './duration.js';
import { email } from './email.js';
import { encryptedText } from './encrypted_text.js';
import type { FieldScreen } from './field-screen.js';
import { geoPoint } from './geo_point.js';
import { id, version } from './identity.js';
import { integer } from './integer.js';
import { json } from './json.js';
import { longText } from './long_text.js';
import { lookup } from './lookup.js';
import { manyToMany } from './many_to_many.js';
import { masterDetail } from './master_detail.js';
import { multiPicklist } from './multi_picklist.js';
import { percent } from './percent.js';
import { phone } from './phone.js';
import { picklist } from './picklist.js';
import { polymorphic } from './polymorphic.js';
import { rating } from './rating.js';
import { richText } from './rich_text.js';
import { score } from './score.js';
import { file, image } from './stored-file.js';
import { tags } from './tags.js';
import { text } from './text.js';
import { time } from './time.js';
import { url } from './url.js';
import { user } from './user.js';

const screens: Readonly<Record<ScreenField['type'], FieldScreen>> = {
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
  id,
  version,
};

export const fieldScreen = (field: Pick<ScreenField, 'type'>): FieldScreen => screens[field.type];
