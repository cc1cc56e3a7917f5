import type { AccessAnswer, AccessGrant, AccessGround, Principal, ShareInfo, WhoAnswer } from '@fieldstone/metadata/types/wire.js';
import { about, anything, either, list, map, named, oneOf, only, orNull, shape, text, truth, whole, type Schema } from '../schema.js';
import { person } from './people.js';

const ground: Schema<AccessGround> = named(
  'AccessGround',
  shape({
    effect: oneOf('allow', 'deny'),
    right: oneOf('create', 'read', 'update', 'delete', 'field', 'action'),
    role: text,
    label: text,
    isSet: truth,
    document: text,
    on: text,
    'holds?': truth,
  }),
);
const grant: Schema<AccessGrant> = named(
  'AccessGrant',
  either(
    shape({ kind: only('lift'), document: text, role: text, text }),
    shape({ kind: only('share'), to: text, mayEdit: truth, text }),
    shape({ kind: only('permission'), object: text, 'role?': text, set: map(anything), text }),
    shape({ kind: only('never'), text }),
  ),
);
export const accessAnswer: Schema<AccessAnswer> = named(
  'AccessAnswer',
  shape({ allowed: oneOf('yes', 'no', 'some'), grounds: list(ground), grants: list(grant), computed: truth }),
);
export const accessQuestion = shape({
  'user?': text,
  'role?': text,
  'key?': text,
  object: text,
  'record?': text,
  'field?': text,
  do: about('create, read, update, delete or an action; of a field, read or edit', text),
});
export const whoAnswer: Schema<WhoAnswer> = named(
  'WhoMaySee',
  shape({
    data: list(
      shape({ user: person, read: truth, update: truth, delete: truth, because: list(shape({ role: text, label: text, on: text })) }),
    ),
    total: whole,
  }),
);

export const team = named('Team', shape({ id: text, name: text, kind: oneOf('team', 'queue'), members: list(person), roles: list(text) }));
export const teams = shape({ data: list(team) });
export const newTeam = shape({ name: text, kind: oneOf('team', 'queue'), 'members?': list(text), 'roles?': list(text) });
export const teamChange = shape({ 'name?': text, 'members?': list(text), 'roles?': list(text) });

const principal: Schema<Principal> = named('Principal', shape({ id: text, name: text, kind: oneOf('person', 'team', 'queue') }));
export const candidates = shape({ data: list(principal) });
export const share: Schema<ShareInfo> = named(
  'Share',
  shape({
    to: principal,
    mayEdit: truth,
    expiresAt: orNull(text),
    reason: text,
    by: orNull(person),
    at: text,
  }),
);
export const shares = shape({ data: list(share) });
export const newShare = shape({ to: text, 'mayEdit?': truth, 'expiresAt?': orNull(text), 'reason?': text });
