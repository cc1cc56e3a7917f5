import type {
  ChangeSet,
  ChangeSetAnswer,
  DriftAnswer,
  PackStep,
  PlanAnswer,
  PublicationAnswer,
  PublishAnswer,
  RepairAnswer,
  RevisionInfo,
} from '@fieldstone/metadata/types/wire.js';
import { about, anything, either, list, map, named, oneOf, only, orNull, shape, text, truth, whole, type Schema } from '../schema.js';
import { document, draftInfo, kind, override, planChange } from './metadata.js';
import { issue } from './problem.js';

export const packStep: Schema<PackStep> = named('PackStep', shape({ name: text, from: orNull(text), to: orNull(text) }));
const lock = oneOf('L0', 'L1', 'L2', 'L3', 'L4');
const phase = oneOf('PRE', 'TX', 'POST');
const risk = oneOf('R0', 'R1', 'R2', 'R3', 'R4');
const statements = list(named('Statement', shape({ sql: text, lock, phase, risk })));
const hazard = named(
  'Hazard',
  shape({
    code: about('Named in "confirm" when it is accepted', text),
    message: text,
    risk,
    affected: shape({ 'rows?': whole, 'views?': whole, 'users?': whole }),
    'conversion?': shape({
      object: text,
      field: text,
      from: text,
      to: text,
      values: whole,
      lost: whole,
      shortened: whole,
      samples: list(shape({ id: text, 'label?': text, 'value?': anything })),
    }),
  }),
);
/** Of every plan. */
export const plan = {
  hash: about('Publishing names it; null while there are issues, or nothing to do', orNull(text)),
  from: whole,
  to: whole,
  changes: list(planChange),
  statements,
  hazards: list(hazard),
  access: list(shape({ role: text, id: text, label: text, gains: list(text), loses: list(text), 'people?': whole })),
  issues: list(issue),
};
export const planAnswer: Schema<PlanAnswer> = named('Plan', shape(plan));
export const confirmation = shape({
  plan: about('The hash of the plan', text),
  'confirm?': about('Codes of what is accepted', list(text)),
  'comment?': text,
});
export const repairSent = shape({ plan: text, 'confirm?': list(text) });

const pending = list(shape({ sql: text, error: text }));
export const publishAnswer: Schema<PublishAnswer> = named(
  'Published',
  shape({ revision: whole, pending, 'data?': shape({ written: whole, 'problem?': text }) }),
);

export const publicationAnswer: Schema<PublicationAnswer> = named(
  'Publication',
  shape({
    plan: text,
    revision: whole,
    state: oneOf('running', 'undoing', 'failed', 'live', 'done'),
    by: text,
    error: orNull(text),
    startedAt: text,
    endedAt: orNull(text),
    packs: list(packStep),
    steps: list(
      shape({
        sql: text,
        phase,
        lock,
        state: oneOf('waiting', 'running', 'done', 'failed'),
        'rows?': shape({ done: whole, total: whole }),
      }),
    ),
  }),
);

export const revisionInfo: Schema<RevisionInfo> = named(
  'Version',
  shape({ revision: whole, at: text, by: text, comment: text, changes: list(planChange), packs: list(packStep), isHead: truth }),
);

const difference = named(
  'Difference',
  shape({
    code: text,
    kind: oneOf('missing', 'extra', 'differs'),
    what: text,
    name: text,
    place: text,
    element: orNull(shape({ id: text, name: text })),
    expected: orNull(text),
    found: orNull(text),
    blocks: truth,
    advice: text,
  }),
);
export const driftAnswer: Schema<DriftAnswer> = named(
  'Drift',
  shape({
    revision: whole,
    drift: list(difference),
    pending,
    repair: shape({
      hash: orNull(text),
      statements,
      hazards: list(hazard),
      refused: list(shape({ code: text, reason: text })),
    }),
  }),
);
export const repairAnswer: Schema<RepairAnswer> = named('Repair', shape({ repaired: whole, pending, left: list(difference) }));

export const changeSet: Schema<ChangeSet> = named(
  'ChangeSet',
  shape({
    kind: only('change_set'),
    format: only(1),
    name: text,
    description: text,
    by: list(text),
    system: text,
    packs: map(text),
    elements: map(shape({ element: text, 'by?': text, 'comment?': text, base: orNull(map(text)) })),
    files: map(either(document, override)),
  }),
);
export const changeSetSent = shape({ changeSet, 'name?': text });
export const changeSetAnswer: Schema<ChangeSetAnswer> = named(
  'ChangeSetCheck',
  shape({
    name: text,
    description: text,
    by: list(text),
    system: text,
    changes: list(planChange),
    already: list(text),
    differences: list(
      shape({ file: text, element: text, kind, name: text, path: text, 'expected?': anything, 'found?': anything, 'wanted?': anything }),
    ),
    issues: list(issue),
    packs: list(shape({ name: text, expected: text, found: orNull(text) })),
    draft: orNull(draftInfo),
  }),
);
