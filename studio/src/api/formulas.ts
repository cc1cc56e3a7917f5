import { CHOICE } from '@fieldstone/metadata/language/formula-field.js';
import type { FieldDocument } from '@fieldstone/metadata/types/documents.js';
import type { FormulaCheck, ListAnswer } from '@fieldstone/metadata/types/wire.js';
import { call } from './client.js';

type Tried = {
  /** Fields of the object that the draft adds or changes. */
  fields: readonly FieldDocument[];
  object: string;
  options: readonly { value: string; label: string }[];
  formula: string;
  returns: string;
  scale: string;
  currencyOf: string;
  record: string;
};

/** Checks a formula on the server and works it out for a record. */
export const checkFormula = ({ object, formula, returns, scale, currencyOf, options, record, fields }: Tried) =>
  call<FormulaCheck>('POST', '/metadata/formula/check', {
    object,
    formula,
    record,
    fields,
    ...(returns === '' ? {} : { returns }),
    ...(returns === 'currency' && currencyOf !== '' ? { currencyOf } : {}),
    ...(returns === CHOICE ? { options: options.map(({ value, label }) => ({ value, label })) } : {}),
    ...(/^\d+$/.test(scale) ? { scale: Number(scale) } : {}),
  });

const CHOICES = 20;

/** Records to choose from: those found by a text, or the latest. */
export async function findRecords(object: string, nameField: string, search: string): Promise<{ id: string; label: string }[]> {
  const body = { fields: [nameField], limit: CHOICES, ...(search.trim() === '' ? {} : { q: search.trim() }) };
  const { data } = await call<ListAnswer>('POST', `/records/${object}/query`, body);
  return data.map((record) => ({ id: record.id, label: String(record[nameField] ?? record.id) }));
}
