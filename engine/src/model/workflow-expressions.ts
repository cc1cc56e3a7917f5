import type { ValueType } from '@fieldstone/metadata/language/expression.js';
import { parseCondition, parseExpression, type ParseResult, type Scope } from '@fieldstone/metadata/language/parse-condition.js';
import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import { resultType } from '../fields/registry.js';
import type { FieldOf } from './workflow-paths.js';

/** What a workflow may name: fields by object, for the publish check and for the runs. */
export type WorkflowNames = { readonly field: FieldOf; names(object: string): Iterable<string> };

/**
 * The names a condition inside a workflow may use: the record of the run, the record before the change ($previous) and the person who made it
 * ($user.id). It is evaluated in memory on one record, so it does not look through relations.
 */
function scopeOf(workflow: WorkflowDocument, names: WorkflowNames): Scope {
  return {
    object: workflow.object,
    allow: new Set(workflow.trigger.type === 'record' ? (['user', 'previous', 'changed'] as const) : (['user'] as const)),
    field: (of, name) => {
      const field = names.field(of, name);
      if (!field) return undefined;
      const target = field.type === 'id' ? field.object : field.target;
      return {
        type: resultType(field).valueType,
        fieldType: resultType(field).name,
        ...(target === undefined ? {} : { target }),
        ...(field.options.options
          ? { options: field.options.options.flatMap(({ value, replacedBy }) => (replacedBy === undefined ? [value] : [])) }
          : {}),
      };
    },
    relation: () => undefined,
    names: (of) => names.names(of),
  };
}

export const parseNodeCondition = (json: unknown, workflow: WorkflowDocument, names: WorkflowNames): ParseResult =>
  parseCondition(json, scopeOf(workflow, names));

export const parseNodeExpression = (json: unknown, workflow: WorkflowDocument, names: WorkflowNames, expected?: ValueType): ParseResult =>
  parseExpression(json, scopeOf(workflow, names), expected);
