import { bindingsOf } from '../planner/bindings.js';
import type { FieldModel } from '../model/types.js';
import type { FormulaKeys } from '../planner/desired-schema.js';
import { fieldToSql } from './expression-to-sql.js';
import { recordWords } from './search-words.js';

const never = (what: string) => (): never => {
  throw new Error(`no index can hold ${what}`);
};

/** The SQL of formulas, and of the words of records, for indexes of a space: over the columns of the table, named by the table, and by no parameter. */
export const formulaKeys =
  (space: number): FormulaKeys =>
  (model, rows) => {
    const active = { space, revision: 0, model, bindings: bindingsOf(space, rows) };
    const tableOf = (objectId: string | undefined) => active.bindings.tables.get(objectId ?? '') ?? '';
    const formula = (field: FieldModel): string =>
      fieldToSql(field, {
        active,
        alias: { record: tableOf(model.objects.get(field.object)?.id) },
        tenantParam: 'null',
        userParam: 'null',
        nowParam: 'null',
        timeZoneParam: 'null',
        param: never('a parameter'),
      }).value();
    return { formula, words: (object) => recordWords(active, object, tableOf(object.id), formula) };
  };
