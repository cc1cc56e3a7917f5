import { inOrder, withFormulas, type NamedFormula } from '@fieldstone/metadata/language/compute-formulas.js';
import type { Environment } from '@fieldstone/metadata/language/evaluate.js';
import type { RecordValues } from '@fieldstone/metadata/language/record-values.js';
import type { ObjectModel } from '../model/types.js';

const known = new WeakMap<ObjectModel, readonly NamedFormula[]>();

function formulasOf(object: ObjectModel): readonly NamedFormula[] {
  let formulas = known.get(object);
  if (formulas === undefined) {
    const all = [...object.fields.values()].flatMap(({ name, computed }) =>
      computed?.kind === 'formula' ? [{ name, definition: computed }] : [],
    );
    known.set(object, (formulas = inOrder(all)));
  }
  return formulas;
}

/**
 * A record that is being made, with the values of its formulas, as conditions in memory see it.
 *
 * Shape:  a formula that reads what is not at hand is left out, and so unknown; so is a roll-up, which only the database can make.
 */
export function withComputed(object: ObjectModel, environment: Environment): RecordValues {
  const rollups = [...object.fields.values()].filter(({ computed }) => computed?.kind === 'rollup');
  const record = Object.fromEntries(Object.entries(environment.record).filter(([name]) => !rollups.some((field) => field.name === name)));
  return withFormulas(formulasOf(object), { ...environment, record });
}
