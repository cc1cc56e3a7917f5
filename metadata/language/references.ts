import type { Expression, PathStep, Root } from './expression.js';

/** A relation that an expression looks through: records of `from` whose `by` points to one of `object`. */
export type RelationReference = { readonly object: string; readonly relation: string; readonly from: string; readonly by: string };

export type References = {
  /** Every field an expression reads, each hop of a path too, once each: what a caller must be allowed to read. */
  readonly fields: readonly PathStep[];
  readonly relations: readonly RelationReference[];
  /** Objects besides the one judged whose records decide the answer. */
  readonly objects: readonly string[];
};

function visit(expression: Expression, see: (node: Expression, isRelated: boolean) => void, isRelated = false): void {
  see(expression, isRelated);
  if (expression.kind === 'call') for (const arg of expression.args) visit(arg, see, isRelated);
  if (expression.kind === 'related') visit(expression.where, see, true);
  if (expression.kind !== 'aggregate') return;
  if (expression.value !== undefined) visit(expression.value, see, true);
  if (expression.where !== undefined) visit(expression.where, see, true);
}

/**
 * Paths of one root that must be loaded before an expression can be evaluated.
 *
 * Shape:  without repeats; `changed` counts for both the record and the record before. Fields inside any / all / none and of aggregates belong to the
 * related records and are not listed: see `referencesOf`.
 */
export function fieldsRead(expression: Expression, root: Root = 'record'): readonly (readonly PathStep[])[] {
  const found = new Map<string, readonly PathStep[]>();
  const add = (path: readonly PathStep[]): void => void found.set(path.map((step) => step.field).join('.'), path);
  visit(expression, (node, isRelated) => {
    if (node.kind === 'field' && node.root === root && (!isRelated || root === 'outer')) add(node.path);
    if (node.kind === 'changed' && root !== 'outer') add([node.field]);
  });
  return [...found.values()];
}

/** All that an expression refers to, for permissions, for renames and to find out what a change of a field touches. */
export function referencesOf(expression: Expression): References {
  const fields = new Map<string, PathStep>();
  const relations = new Map<string, RelationReference>();
  const objects = new Set<string>();
  const add = (step: PathStep): void => void fields.set(`${step.object}.${step.field}`, step);
  visit(expression, (node) => {
    if (node.kind === 'changed') add(node.field);
    if (node.kind === 'field') {
      for (const [index, step] of node.path.entries()) {
        add(step);
        if (index > 0) objects.add(step.object);
      }
    }
    if (node.kind === 'related' || node.kind === 'aggregate') {
      const { object, relation, from, by } = node;
      relations.set(`${object}.${relation}`, { object, relation, from, by });
      objects.add(from);
      add({ object: from, field: by });
      if (by === 'id') add({ object, field: relation });
    }
  });
  return { fields: [...fields.values()], relations: [...relations.values()], objects: [...objects] };
}
