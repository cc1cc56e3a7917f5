import { Decimal } from 'decimal.js';
import type { FieldType } from './field-type.js';
import { readDecimal } from './numbers.js';
import { partsJson, storedParts } from './parts.js';
import { bad, ok } from './values.js';
import { told } from '../texts/told.js';

type Point = { readonly lat: number; readonly lng: number };

/** Six digits after the point are eleven centimetres: finer than any address, and few enough that a JSON number keeps them. */
const DIGITS = 6;
const PARTS = storedParts('geo_point', { lng: '_lng' });
const CELL = /^(-?\d{1,3}(?:\.\d{1,20})?)[,;]? +(-?\d{1,3}(?:\.\d{1,20})?)$/;

function degrees(value: unknown, most: number): number | undefined {
  const decimal = readDecimal(typeof value === 'number' && Number.isFinite(value) ? value.toFixed(DIGITS) : value);
  if (decimal === undefined || decimal === 'not_exact' || decimal.abs().gt(most)) return undefined;
  // Adding zero turns -0 into 0.
  return decimal.toDecimalPlaces(DIGITS, Decimal.ROUND_HALF_UP).toNumber() + 0;
}

/** A place on the earth in degrees (WGS 84), to six digits after the point. Both parts can be filtered and sorted by. */
export const geoPoint: FieldType = {
  name: 'geo_point',
  valueType: 'structure',
  parts: PARTS,
  properties: [],
  columns: () => [
    { suffix: '', pgType: `numeric(8,${String(DIGITS)})` },
    { suffix: '_lng', pgType: `numeric(9,${String(DIGITS)})` },
  ],
  jsonSchema: () => ({
    type: 'object',
    properties: { lat: { type: ['number', 'string'], maxLength: 40 }, lng: { type: ['number', 'string'], maxLength: 40 } },
    required: ['lat', 'lng'],
    additionalProperties: false,
  }),
  answerSchema: {
    type: 'object',
    properties: { lat: { type: 'number', minimum: -90, maximum: 90 }, lng: { type: 'number', minimum: -180, maximum: 180 } },
    required: ['lat', 'lng'],
    additionalProperties: false,
  },
  normalize(value) {
    if (value === null) return ok(null);
    if (typeof value !== 'object') return bad('not_a_point', told('value.not_a_point', { example: '{"lat": 52.52, "lng": 13.405}' }));
    const { lat, lng } = value as { lat?: unknown; lng?: unknown };
    const [north, east] = [degrees(lat, 90), degrees(lng, 180)];
    if (north === undefined) return bad('bad_latitude', told('value.bad_latitude'));
    if (east === undefined) return bad('bad_longitude', told('value.bad_longitude'));
    return ok({ lat: north, lng: east } satisfies Point);
  },
  encode(value) {
    const point = value as Point | null;
    return point === null ? [null, null] : [point.lat, point.lng];
  },
  jsonSql: (columns) =>
    partsJson(
      [...PARTS.keys()],
      columns.map((column) => `trim_scale(${column})`),
    ),
  toCell(value) {
    const point = value as Point | null;
    return point === null ? '' : `${String(point.lat)}, ${String(point.lng)}`;
  },
  fromCell(text) {
    const [, lat, lng] = CELL.exec(text.trim()) ?? [];
    return text.trim() === '' ? null : lat === undefined ? text : { lat, lng };
  },
  isSortable: false,
  isFilterable: true,
  uses: ['default'],
};
