import type { ValueType } from './expression.js';
import { FORMULA_FUNCTIONS } from './formula-functions.js';
import { MAX_FORMULA_LENGTH } from './formula-limits.js';
import { tokenize, type Fault } from './formula-tokens.js';
import { MAX_HOPS, typeName } from './operators.js';
import type { Scope, ScopeField } from './scope.js';

/** One thing that can be written at a place. */
export type FormulaCompletion = {
  readonly kind: 'function' | 'field' | 'word';
  readonly label: string;
  /** What is put in place of the characters from `from` to the place. */
  readonly insert: string;
  /** Type of the value, where it does not depend on the operands. */
  readonly type?: ValueType;
  /** Signature of a function, type of a field in words. */
  readonly detail: string;
  readonly doc?: string;
};

export type FormulaCompletions = { readonly from: number; readonly items: readonly FormulaCompletion[] };

const WORDS: readonly FormulaCompletion[] = [
  { kind: 'word', label: 'TRUE', insert: 'TRUE', type: 'boolean', detail: 'yes' },
  { kind: 'word', label: 'FALSE', insert: 'FALSE', type: 'boolean', detail: 'no' },
  { kind: 'word', label: 'NULL', insert: 'NULL', type: 'null', detail: 'no value' },
];

const FUNCTIONS: readonly FormulaCompletion[] = [...FORMULA_FUNCTIONS.values()].map(({ name, signature, doc, returns, parameters }) => ({
  kind: 'function',
  label: name,
  insert: parameters.length === 0 ? `${name}()` : `${name}(`,
  ...(returns === 'same' ? {} : { type: returns }),
  detail: signature,
  doc,
}));

/** Fields of an object; a link can be gone on from with a dot, as far as paths may go. */
function fieldsOf(scope: Scope, object: string, hops: number): FormulaCompletion[] {
  return [...(scope.names?.(object) ?? [])].flatMap((name): FormulaCompletion[] => {
    const field = scope.field(object, name);
    if (field === undefined) return [];
    const isLink = field.type === 'reference' && field.target !== undefined && field.fieldType !== 'id' && hops < MAX_HOPS;
    const detail = typeName(field.type) + (isLink ? `; "${name}." leads on` : '');
    return [{ kind: 'field', label: name, insert: name, type: field.type, detail }];
  });
}

/** The object a dotted path leads to. */
function objectAt(scope: Scope, path: readonly string[]): string | undefined {
  let object: string | undefined = scope.object;
  for (const step of path) {
    const field: ScopeField | undefined = object === undefined ? undefined : scope.field(object, step);
    object = field?.fieldType === 'id' ? undefined : field?.target;
  }
  return object;
}

/** The name, perhaps not whole yet, that a text ends with; found from its end, in one pass. */
function nameAtEnd(text: string): string {
  let at = text.length;
  while (at > 0 && /[\w.]/.test(text.charAt(at - 1))) at -= 1;
  while (at < text.length && !/[A-Za-z_]/.test(text.charAt(at))) at += 1;
  return text.slice(at < text.length && text[at - 1] === '$' ? at - 1 : at);
}

/**
 * What can be written at `offset` of a formula that may be half finished.
 *
 * Shape:  items begin with the letters already there, without regard to case; none inside a text or a number.
 */
export function formulaCompletions(text: string, offset: number, scope: Scope): FormulaCompletions {
  if (text.length > MAX_FORMULA_LENGTH) return { from: offset, items: [] };
  const before = text.slice(0, offset);
  const faults: Fault[] = [];
  const token = tokenize(before, faults).findLast(({ kind, end }) => kind !== 'end' && end === before.length);
  const isInText = faults.some(({ start }) => /["']/.test(before.charAt(start)));
  if (isInText || token?.kind === 'number' || token?.kind === 'text') return { from: offset, items: [] };
  const written = nameAtEnd(before);
  const steps = written.split('.');
  const start = steps.pop() ?? '';
  const object = objectAt(scope, steps);
  const fields = object === undefined || steps.length > MAX_HOPS ? [] : fieldsOf(scope, object, steps.length);
  const all = steps.length > 0 ? fields : [...fields, ...FUNCTIONS, ...WORDS];
  const items = all.filter(({ label }) => label.toLowerCase().startsWith(start.toLowerCase()));
  return { from: offset - start.length, items };
}
