/**
 * What outlives a request in the memory of a process, by where it is kept, and why it is nobody's to confuse. What statements are compiled to is kept by
 * the model (which is one for each revision and language) and by the rights of the caller, and is not listed here.
 */
export const LASTING: Readonly<Record<string, string>> = {
  'catalog/describe.ts described': 'by model and the set of roles, which is all that it depends on',
  'http/called-scope.ts queries': 'by the text of the query: how it is read, without who asks and what is answered',
  'http/locale.ts known': 'by model: the languages that its texts are in',
  'http/locale.ts read': 'by the text of a header: which languages it names, without who sent it',
  'http/middleware/known-parameters.ts known': 'by route: what its description says, the same for everybody',
  'model/localise.ts known': 'by model and language: the texts of the metadata, before anybody is asked for',
  'model/stable-document.ts orders': 'by kind of document: the order of members in its schema',
  'people/actor.ts actors': 'by what was just read of the person, with the model and the cause: a new look-up is a new one',
  'people/actor.ts rolesById': 'by model: its roles by their ids',
  'planner/sources.ts indexes': 'by model: its documents, for plans',
  'records/bulk-records.ts locks': 'by model and object: locks rows of the tenant by ids, and reads and judges nothing',
  'records/explain-change.ts causes':
    'by model and object, always as the system; what comes back is held to the rights of the caller afterwards',
  'records/list-records.ts readings': 'by the very query that was read: its search text and its order, without who asks',
  'records/rollup-worker.ts statements': 'by model and field, always as the system: nobody is answered by it',
  'records/run-action.ts forms': 'by action of a model: what it asks for, as fields',
  'records/undo-operation.ts shares': 'by model: takes back shares by the id of an operation that was judged before',
  'records/run-write.ts causeTexts': 'by the very cause: how history writes it down',
  'rules/ability.ts known': 'by model and rights: what a person may do at all',
  'rules/access.ts NO_ACTION': 'empty, and never written to',
  'rules/access.ts known': 'by model, object and rights',
  'rules/access.ts rightsKeys': 'by the very actor: their rights as a text',
  'rules/defaults.ts known': 'by object of a model: which fields have defaults',
  'rules/judging-fields.ts known': 'by model: which fields its rules read',
  'rules/record-formulas.ts known': 'by object of a model: its formulas',
  'rules/record-schema.ts known': 'by object of a model: the shape of its values; rights are asked for each time',
  'store/physical-names.ts known': 'by field of a model, with its binding: the columns it has',
  'store/rollup-marks.ts known': 'by model: which roll-ups a change touches',
  'workflow/definitions.ts byId': 'by model: its objects by their ids',
  'workflow/run-values.ts expressions': 'by the definition of a step: its expression, parsed',
  'workflow/run-values.ts templates': 'by the text of a template: its parts, without any value',
};
