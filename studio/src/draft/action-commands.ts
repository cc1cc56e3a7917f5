import type { ActionDocument, PermissionDocument, RoleDocument, WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import { ofKind, ofObject, put, putAll, type Draft, type StudioDocument } from './draft.js';
import { freeLabel, newId, suggestName } from './names.js';

/** What every object has; the engine knows them by these names. */
export const BUILT_IN_ACTIONS = ['export', 'import', 'bulk', 'merge', 'share', 'purge'] as const;

/** Actions of an object in the order people see them. */
export const actionsOf = (draft: Draft, object: string): ActionDocument[] =>
  ofObject(draft, 'action', object).sort((a, b) => (a.order ?? 1_000) - (b.order ?? 1_000) || (a.id < b.id ? -1 : 1));

export function addAction(draft: Draft, object: string): { draft: Draft; action: ActionDocument } {
  const actions = actionsOf(draft, object);
  const taken = new Set<string>([...actions.map(({ name }) => name), ...BUILT_IN_ACTIONS]);
  const label = freeLabel('New action', taken);
  const action: ActionDocument = {
    kind: 'action',
    id: newId('action'),
    object,
    name: suggestName(label),
    label,
    order: Math.max(0, ...actions.map(({ order }) => order ?? 0)) + 10,
  };
  return { draft: put(draft, action.id, action), action };
}

const renamed = (names: string[] | undefined, from: string, to: string) => names?.map((name) => (name === from ? to : name));

/** Changes the API name of an action, and of it in the permissions, roles and workflows that name it. */
export function renameAction(draft: Draft, action: ActionDocument, to: string): Draft {
  const { object, name: from } = action;
  const changed: StudioDocument[] = [{ ...action, name: to }];
  for (const permission of ofObject(draft, 'permission', object)) {
    const { actions, deny } = permission;
    if (!actions?.includes(from) && !deny?.actions?.includes(from)) continue;
    const next: PermissionDocument = { ...permission };
    if (actions) next.actions = renamed(actions, from, to) ?? [];
    if (deny?.actions) next.deny = { ...deny, actions: renamed(deny.actions, from, to) ?? [] };
    changed.push(next);
  }
  // The default of a role is about every object: there the former name stays while another object has an action of that name.
  const isElsewhere = ofKind(draft, 'action').some((each) => each.id !== action.id && each.name === from);
  for (const role of ofKind(draft, 'role')) {
    const actions = role.default?.actions;
    if (!actions?.includes(from)) continue;
    const next = isElsewhere ? [...new Set([...actions, to])] : renamed(actions, from, to);
    const document: RoleDocument = { ...role, default: { ...role.default, actions: next ?? [] } };
    changed.push(document);
  }
  for (const workflow of ofObject(draft, 'workflow', object)) {
    if (workflow.trigger.type !== 'action' || workflow.trigger.action !== from) continue;
    const document: WorkflowDocument = { ...workflow, trigger: { ...workflow.trigger, action: to } };
    changed.push(document);
  }
  return putAll(draft, changed);
}
