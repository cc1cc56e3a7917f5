import { inOrder, withFormulas, type NamedFormula } from '@fieldstone/metadata/language/compute-formulas.js';
import { fieldsRead } from '@fieldstone/metadata/language/references.js';
import { parseFormulaField } from '@fieldstone/metadata/language/formula-field.js';
import type { ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { environmentOf, scopeOf } from '../model/conditions.js';
import type { Screen } from '../model/screen.js';

type Values = Readonly<Record<string, unknown>>;

const known = new WeakMap<ScreenObject, readonly NamedFormula[]>();

function formulasOf(screen: Screen, object: ScreenObject): readonly NamedFormula[] {
  let formulas = known.get(object);
  if (formulas === undefined) {
    const scope = { ...scopeOf(screen, object.name), allow: new Set(['user'] as const) };
    const all = object.fields.flatMap(({ name, formula, options }) => {
      const parsed = formula && parseFormulaField({ ...formula, options }, scope);
      return parsed?.ok ? [{ name, definition: parsed.definition }] : [];
    });
    known.set(object, (formulas = inOrder(all)));
  }
  return formulas;
}

/** Paths over links that the formulas of an object read: "account.parent.name". A form fetches what of them it does not hold. */
export const formulaPaths = (screen: Screen, object: ScreenObject): string[] => {
  const read = formulasOf(screen, object).flatMap(({ definition }) => [...fieldsRead(definition.expression), ...definition.money]);
  const paths = read.map((path) => path.map((step) => step.field).join('.'));
  return [...new Set(paths.filter((path) => path.includes('.')))];
};

/**
 * What a form holds, with the values its formulas would have when it is saved.
 *
 * Shape:  a formula that needs what the form does not hold has no value here; the server works it out.
 */
export const previewed = (screen: Screen, object: ScreenObject, values: Values): Values =>
  withFormulas(formulasOf(screen, object), environmentOf(screen, values));
