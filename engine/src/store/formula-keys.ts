import { bindingsOf } from '../planner/bindings.js';
import type { FormulaKeys } from '../planner/desired-schema.js';
import { fieldToSql } from './expression-to-sql.js';

const never = (what: string) => (): never => {
  throw new Error(`no index can hold ${what}`);
};

/** The SQL of formulas for indexes of a space: over the columns of the table, named by the table, and by no parameter. */
export const formulaKeys =
  (space: number): FormulaKeys =>
  (model, rows) => {
    const active = { space, revision: 0, model, bindings: bindingsOf(space, rows) };
    return (field) => {
      const record = active.bindings.tables.get(model.objects.get(field.object)?.id ?? '') ?? '';
      const param = never('a parameter');
      return fieldToSql(field, {
        active,
        alias: { record },
        tenantParam: 'null',
        userParam: 'null',
        nowParam: 'null',
        timeZoneParam: 'null',
        param,
      }).value();
    };
  };
