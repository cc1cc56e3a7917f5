import { evaluate, type Environment } from './evaluate.js';
import type { Expression } from './expression.js';

/**
 * Puts the values of the outer record ($record) and of the caller into an expression, so that it can be judged in SQL without that record
 * being in a table.
 *
 * Errors: undefined when a value that is needed was not loaded: the caller must then refuse.
 */
export function bindOuter(expression: Expression, environment: Environment): Expression | undefined {
  switch (expression.kind) {
    case 'field':
    case 'user': {
      if (expression.kind === 'field' && expression.root !== 'outer') return expression;
      const value = evaluate(expression, environment);
      return value === undefined ? undefined : { kind: 'literal', type: expression.type, value };
    }
    case 'call': {
      const args = expression.args.map((arg) => bindOuter(arg, environment));
      return args.every((arg) => arg !== undefined) ? { ...expression, args } : undefined;
    }
    case 'related': {
      const where = bindOuter(expression.where, environment);
      return where && { ...expression, where };
    }
    case 'aggregate': {
      if (expression.where === undefined) return expression;
      const where = bindOuter(expression.where, environment);
      return where && { ...expression, where };
    }
    case 'literal':
    case 'people':
    case 'shared':
    case 'changed':
      return expression;
  }
}
