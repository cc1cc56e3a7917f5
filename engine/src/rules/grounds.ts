import type { Rights } from '../kernel/actor.js';
import type { Model, PermissionModel, RowRule } from '../model/types.js';
import { accessOf, everyRole } from './access.js';
import { ALL, intersection, NONE, reachable, union } from './row-rules.js';

/** What one may ask about: records, one of their fields, or an action on them. */
export type Question =
  | { readonly about: 'records'; readonly right: 'create' | 'read' | 'update' | 'delete' }
  | { readonly about: 'field'; readonly right: 'read' | 'edit'; readonly field: string }
  | { readonly about: 'action'; readonly action: string };

/**
 * One reason for an answer: what a document of metadata gives or takes away, and on which records.
 *
 * Shape:  `right` is what it is about: changing needs reading too, and a field needs its record. A right is had on the records on which one of its "allow"
 *         holds and none of its "deny"; the answer is yes where all rights of the question are had.
 */
export type Ground = {
  readonly effect: 'allow' | 'deny';
  readonly right: 'create' | 'read' | 'update' | 'delete' | 'field' | 'action';
  readonly role: string;
  readonly from: string;
  readonly on: RowRule;
};

type Pair = { readonly right: Ground['right']; allow(p: PermissionModel): RowRule; deny(p: PermissionModel): RowRule };

const flag = (is: boolean | undefined): RowRule => (is === true ? ALL : NONE);

const rows = (right: 'read' | 'update' | 'delete'): Pair => ({
  right,
  allow: (permission) => permission[right],
  deny: ({ deny }) => deny?.[right] ?? NONE,
});

function pairsOf(question: Question): readonly Pair[] {
  if (question.about === 'action') {
    const { action } = question;
    return [
      {
        right: 'action',
        allow: ({ actions }) => flag(actions.has(action)),
        deny: ({ deny }) => flag(deny?.actions.has(action)),
      },
    ];
  }
  if (question.about === 'records') {
    const { right } = question;
    if (right === 'create') return [{ right, allow: ({ create }) => flag(create), deny: ({ deny }) => flag(deny?.create) }];
    return right === 'read' ? [rows('read')] : [rows('read'), rows(right)];
  }
  const { field, right } = question;
  const of = right === 'read' ? 'read' : 'update';
  return [
    ...(right === 'read' ? [rows('read')] : [rows('read'), rows('update')]),
    {
      right: 'field',
      allow: (permission) => intersection(permission[of], permission.fields.get(field)?.[right] ?? NONE),
      // What may not be read may not be changed either.
      deny: ({ deny }) => {
        const taken = deny?.fields.get(field);
        return right === 'read' ? (taken?.read ?? NONE) : union([taken?.read ?? NONE, taken?.edit ?? NONE]);
      },
    },
  ];
}

/** Everything that speaks for or against, role by role; what reaches nothing for somebody is left out. */
export function groundsOf(model: Model, actor: Rights, object: string, question: Question): Ground[] {
  const grounds: Ground[] = [];
  const reach = actor.reach && { ...actor.reach, shared: actor.reach.shared.includes(model.objects.get(object)?.id ?? '') ? [object] : [] };
  for (const { right, allow, deny } of pairsOf(question)) {
    for (const role of everyRole(model, actor.roles)) {
      const permission = model.roles.get(role)?.permissions.get(object);
      if (permission === undefined) continue;
      for (const [effect, rule] of [
        ['allow', allow(permission)],
        ['deny', deny(permission)],
      ] as const) {
        const on = reachable(rule, reach);
        if (on.kind !== 'none') grounds.push({ effect, right, role, from: permission.from, on });
      }
    }
  }
  return grounds;
}

/** The rule that decides, on every channel: what `accessOf` says. */
export function deciding(model: Model, actor: Rights, object: string, question: Question): RowRule {
  const access = accessOf(model, actor, object);
  if (question.about === 'action') return flag(access.actions.has(question.action));
  if (question.about === 'records') return question.right === 'create' ? flag(access.create) : access[question.right];
  const field = access.fields.get(question.field);
  if (question.right === 'read') return intersection(access.read, field?.read ?? NONE);
  return intersection(access.update, field?.edit ?? NONE);
}

/** Whether the grounds, judged on one record, come to yes: what `deciding` has to come to as well. */
export function verdict(question: Question, judged: readonly { readonly ground: Ground; readonly holds: boolean }[]): boolean {
  return pairsOf(question).every(({ right }) => {
    const own = judged.filter(({ ground, holds }) => ground.right === right && holds);
    return own.some(({ ground }) => ground.effect === 'allow') && !own.some(({ ground }) => ground.effect === 'deny');
  });
}
