import type { PackBundle, PackDetail, PackInfo, PackPlanAnswer, PackResolution, PackTestAnswer } from '@fieldstone/metadata/types/wire.js';
import { about, anything, list, make, map, named, only, oneOf, orNull, shape, text, truth, whole, type Schema } from '../schema.js';
import { kind, planChange } from './metadata.js';
import { packStep, plan } from './plans.js';

const info = {
  name: text,
  label: text,
  description: text,
  state: oneOf('current', 'upgrade', 'waits', 'available'),
  version: orNull(text),
  available: orNull(text),
  isUpgradable: truth,
  installedAt: orNull(text),
  needs: list(shape({ name: text, range: text, version: orNull(text), isMet: truth })),
  neededBy: list(text),
  changes: whole,
  conflicts: whole,
  waits: list(text),
};
const packInfo: Schema<PackInfo> = named('Pack', shape(info));
export const packs = shape({ data: list(packInfo) });

const packCase = named(
  'PackCase',
  shape({ name: text, label: text, outcome: orNull(oneOf('holds', 'fails', 'fails_here')), message: text }),
);
export const packTests: Schema<PackTestAnswer> = named('PackTests', shape({ cases: list(packCase), testedAt: orNull(text) }));

export const packBundle: Schema<PackBundle> = named(
  'PackBundle',
  shape({ kind: only('bundle'), name: text, version: text, files: map(make<object>({ type: 'object' })) }),
);

export const packDetail: Schema<PackDetail> = named(
  'PackDetail',
  shape({
    ...info,
    elements: list(shape({ kind, id: text, name: text, label: text, state: oneOf('shipped', 'changed', 'retired') })),
    overrides: list(shape({ kind, element: text, name: text })),
    records: list(shape({ file: text, object: text, brings: whole, changes: whole })),
    changed: list(planChange),
    cases: list(packCase),
    testedAt: orNull(text),
    history: list(shape({ name: text, from: orNull(text), to: orNull(text), revision: whole, at: text, by: text, comment: text })),
    decisions: list(shape({ element: text, kind, name: text, path: text, take: oneOf('yours', 'theirs'), by: text, at: text })),
  }),
);

const taken = oneOf('yours', 'theirs', 'value');
const resolution = make<PackResolution>({
  type: 'object',
  additionalProperties: false,
  required: ['element', 'path', 'take'],
  properties: { element: text, path: text, take: taken, value: about('With take: "value"', anything) },
});
export const resolutionsSent = shape({
  'resolutions?': about(
    'What somebody decides about a property: an element and a path of `conflicts`, or of a note with a choice',
    list(resolution),
  ),
});

export const packPlanAnswer: Schema<PackPlanAnswer> = named(
  'PackPlan',
  shape({
    ...plan,
    action: oneOf('install', 'upgrade', 'uninstall'),
    packs: list(packStep),
    conflicts: list(
      shape({
        kind,
        element: text,
        name: text,
        label: text,
        path: text,
        base: anything,
        yours: anything,
        theirs: anything,
        decision: orNull(taken),
        'value?': anything,
        remembered: truth,
      }),
    ),
    notes: list(
      shape({
        code: oneOf('kept_yours', 'decided', 'stays_retired', 'becomes_yours', 'renamed', 'adopted', 'retires', 'loaded_before'),
        kind,
        element: text,
        name: text,
        path: text,
        message: text,
        'records?': whole,
        'because?': list(text),
        'choice?': shape({ base: anything, yours: anything, theirs: anything, decision: taken, 'value?': anything }),
      }),
    ),
    cases: shape({ run: whole, failed: whole }),
  }),
);
