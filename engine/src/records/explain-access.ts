import type { AccessAnswer, AccessGrant, AccessGround } from '@fieldstone/metadata/types/wire.js';
import type { Actor } from '../kernel/actor.js';
import { isUuid } from '../kernel/ids.js';
import { malformed, notFound, type Issue } from '../kernel/errors.js';
import { ACTIONS } from '../model/compile-roles.js';
import { ownership } from '../model/compile-rule.js';
import type { Model, ObjectModel, RowRule } from '../model/types.js';
import { deciding, groundsOf, type Ground, type Question } from '../rules/grounds.js';
import { union } from '../rules/row-rules.js';
import { ruleText, type RuleReader } from '../rules/rule-text.js';
import { isWritable } from '../rules/access.js';
import { judgeRecord } from '../store/judge-record.js';
import { QueryScope } from '../store/query-scope.js';
import { say } from '../texts/say.js';
import { sentence, told, type Told } from '../texts/told.js';
import type { RequestContext } from './context.js';
import { runStatement } from './run-statement.js';

/** Whose rights are asked about: a person as they are, or a role by itself. */
export type Subject =
  { readonly kind: 'user'; readonly actor: Actor } | { readonly kind: 'role'; readonly name: string; readonly actor: Actor };

/** What whoever asks may know of, where that is not everything. */
export type Known = {
  object(name: string): boolean;
  field(object: string, name: string): boolean;
  action(object: string, name: string): boolean;
};

export type AccessQuestion = { readonly object: string; readonly record?: string; readonly question: Question };

/**
 * Reads the question of a body: { object, record?, field?, do }.
 *
 * Shape:  `knows` is what whoever asks may know of, where that is not everything: an object or field beyond it is asked about as if it did not exist.
 * Errors: malformed with every problem.
 */
export function parseQuestion(model: Model, body: Readonly<Record<string, unknown>>, knows: Known | undefined): AccessQuestion {
  const { object: name, record, field, do: right } = body;
  const issues: Issue[] = [];
  const found = typeof name === 'string' ? model.objects.get(name) : undefined;
  const object = found && knows?.object(found.name) === false ? undefined : found;
  const isField = (of: ObjectModel, asked: string) => of.fields.has(asked) && knows?.field(of.name, asked) !== false;
  if (object === undefined) issues.push({ path: '/object', code: 'unknown_object', ...told('access.no_object') });
  if (record !== undefined && !isUuid(record)) issues.push({ path: '/record', code: 'not_an_id', ...told('access.record') });
  if (field !== undefined && (typeof field !== 'string' || (object !== undefined && !isField(object, field)))) {
    issues.push({ path: '/field', code: 'unknown_field', ...told('access.no_field') });
  }
  const actions: readonly string[] = [...ACTIONS, ...(object?.actions.keys() ?? [])].filter(
    (each) => knows?.action(object?.name ?? '', each) !== false,
  );
  const rights: readonly string[] = field === undefined ? ['create', 'read', 'update', 'delete', ...actions] : ['read', 'edit'];
  if (typeof right !== 'string' || !rights.includes(right)) {
    issues.push({ path: '/do', code: 'not_an_option', ...told('access.do', { rights: rights.join(', ') }) });
  }
  if (issues.length > 0) throw malformed(told('access.question'), issues);
  const question: Question =
    field !== undefined
      ? { about: 'field', right: right as 'read' | 'edit', field: field as string }
      : actions.includes(right as string)
        ? { about: 'action', action: right as string }
        : { about: 'records', right: right as 'create' | 'read' | 'update' | 'delete' };
  return { object: name as string, question, ...(record === undefined ? {} : { record: record as string }) };
}

/**
 * Why somebody may or may not do something: every document that speaks for or against it, and the smallest grant that would change a no.
 *
 * Shape:  "some" is the answer about records when none is named and it depends on the record. A record that is not there is `not_found`. In the
 *         language of whoever asks, and of conditions no more than they may know of: see `parseQuestion`.
 * Errors: not_found. Whoever asks about somebody else must have been allowed to.
 */
export async function explainAccess(ctx: RequestContext, subject: Subject, asked: AccessQuestion, knows?: Known): Promise<AccessAnswer> {
  const { model } = ctx.active;
  const object = model.objects.get(asked.object);
  if (object === undefined) throw notFound(told('access.no_object'));
  const { question, record } = asked;
  const reader: RuleReader = {
    locale: ctx.actor.locale,
    ...(knows === undefined ? {} : { mayRead: (step) => knows.field(step.object, step.field) }),
  };
  const decisive = deciding(model, subject.actor, object.name, question);
  const grounds = groundsOf(model, subject.actor, object.name, question);
  const isJudged = record !== undefined && subject.kind === 'user' && question.about !== 'action';
  const candidates = CANDIDATES.map((word): RowRule =>
    union((ownership(object.name, word) ?? []).map((where) => ({ kind: 'where', where }))),
  );
  const judged = isJudged
    ? await judge(ctx, subject.actor, object, record, [decisive, ...grounds.map(({ on }) => on), ...candidates])
    : undefined;
  if (isJudged && judged === undefined) throw notFound();
  const allowed =
    judged === undefined ? ({ all: 'yes', none: 'no', where: 'some' } as const)[decisive.kind] : judged[0] === true ? 'yes' : 'no';
  const said = grounds.map((ground, index): AccessGround => groundAnswer(model, ground, judged?.[index + 1], reader));
  const weighed = said.map((each, index) => ({ ...each, isEvery: grounds[index]?.on.kind === 'all' }));
  const fitting = CANDIDATES.find((_word, index) => judged?.[1 + grounds.length + index] === true);
  return {
    allowed,
    grounds: said,
    grants: allowed === 'yes' ? [] : grantsFor(ctx, subject, object, asked, weighed, fitting),
    computed: computedFrom(object, question),
  };
}

const CANDIDATES = ['own', 'team', 'below'] as const;

async function judge(
  ctx: RequestContext,
  actor: Actor,
  object: ObjectModel,
  id: string,
  rules: readonly RowRule[],
): Promise<boolean[] | undefined> {
  const scope = new QueryScope(ctx.active, actor);
  const text = judgeRecord(scope, object, rules);
  const answer = await runStatement({ ...ctx, actor }, { text, params: scope.params, plan: 'by_value' }, { id });
  return answer === null ? undefined : (JSON.parse(answer) as boolean[]);
}

function groundAnswer(
  model: Model,
  { effect, right, role, from, on }: Ground,
  holds: boolean | undefined,
  reader: RuleReader,
): AccessGround {
  const found = model.roles.get(role);
  return {
    effect,
    right,
    role,
    label: found?.label ?? role,
    isSet: found?.isSet === true,
    document: from,
    on: ruleText(on, reader),
    ...(holds === undefined ? {} : { holds }),
  };
}

/** A formula or roll-up is read by whoever may read what it is made of. */
const computedFrom = (object: ObjectModel, question: Question): boolean =>
  question.about === 'field' && object.fields.get(question.field)?.computed !== undefined;

type Weighed = AccessGround & { readonly isEvery: boolean };

/** Whether a ground counts: on the record asked about, or at all. */
const counts = ({ holds }: AccessGround): boolean => holds !== false;

/** Least first: lifting what forbids, sharing the one record, then a rule for more of them. */
function grantsFor(
  ctx: RequestContext,
  { kind, actor }: Subject,
  object: ObjectModel,
  { question, record }: AccessQuestion,
  grounds: readonly Weighed[],
  fitting: (typeof CANDIDATES)[number] | undefined,
): AccessGrant[] {
  const { model } = ctx.active;
  const says = (what: Told): string => say(ctx.actor.locale, what.said);
  if (question.about === 'field' && question.right === 'edit') {
    const field = object.fields.get(question.field);
    if (field !== undefined && !isWritable(field)) return [{ kind: 'never', text: says(told('grant.never')) }];
  }
  const grants: AccessGrant[] = [];
  const role = givenRole(model, actor);
  const rights = [...new Set(rightsOf(question))];
  for (const right of rights) {
    const own = grounds.filter((ground) => ground.right === right);
    const denies = own.filter((ground) => ground.effect === 'deny' && (ground.holds ?? ground.isEvery));
    for (const deny of denies) {
      grants.push({
        kind: 'lift',
        document: deny.document,
        role: deny.role,
        text: says(told('grant.lift', { role: named(deny.label), document: deny.document })),
      });
    }
    const allows = own.filter((ground) => ground.effect === 'allow');
    if (allows.some(counts)) continue;
    const canShare = right === 'read' || right === 'update';
    if (record !== undefined && kind === 'user' && canShare && hasWay(model, actor, object, right)) {
      grants.push({
        kind: 'share',
        to: actor.userId,
        mayEdit: right === 'update',
        text: says(told(right === 'update' ? 'grant.share_edit' : 'grant.share', { person: actor.name })),
      });
    } else grants.push(permissionGrant(right, role, object, question, record === undefined ? undefined : (fitting ?? 'all'), says));
  }
  return grants;
}

const rightsOf = (question: Question): readonly AccessGround['right'][] => {
  if (question.about === 'action') return ['action'];
  if (question.about === 'records')
    return question.right === 'read' || question.right === 'create' ? [question.right] : ['read', question.right];
  return question.right === 'read' ? ['read', 'field'] : ['read', 'update', 'field'];
};

const named = (name: string) => sentence('name', { name });

/** A share reaches whoever has any rule for the right at all. */
const hasWay = (model: Model, actor: Actor, object: ObjectModel, right: 'read' | 'update'): boolean =>
  actor.roles.some((role) => (model.roles.get(role)?.permissions.get(object.name)?.[right].kind ?? 'none') !== 'none');

/** The role that a grant would be added to: one of the subject's own, no set that others share. */
const givenRole = (model: Model, { roles }: Actor): string | undefined =>
  roles.find((name) => model.roles.get(name)?.isSet === false) ?? roles[0];

function permissionGrant(
  right: AccessGround['right'],
  role: string | undefined,
  object: ObjectModel,
  question: Question,
  rows: 'own' | 'team' | 'below' | 'all' | undefined,
  says: (what: Told) => string,
): AccessGrant {
  const set =
    right === 'field' && question.about === 'field'
      ? { fields: { only: { [question.field]: question.right } } }
      : right === 'action' && question.about === 'action'
        ? { actions: [question.action] }
        : right === 'create'
          ? { create: true }
          : { [right]: rows ?? 'own' };
  return {
    kind: 'permission',
    object: object.name,
    ...(role === undefined ? {} : { role }),
    set,
    text: says(
      role === undefined
        ? told('grant.permission_any', { set: JSON.stringify(set), objects: object.pluralLabel })
        : told('grant.permission', { role: named(role), set: JSON.stringify(set), objects: object.pluralLabel }),
    ),
  };
}
