import { describe, expect, it } from 'vitest';
import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { addAction, actionsOf, renameAction } from './action-commands.js';
import { findDocument, type Draft } from './draft.js';

const draftOf = (...documents: object[]): Draft =>
  ({
    published: new Map(
      (documents as (MetadataDocument & { id: string })[]).map((document) => [
        document.id,
        { document, origin: 'tenant', hash: document.id },
      ]),
    ),
    changes: new Map(),
  }) as unknown as Draft;

const action = { kind: 'action', id: 'act_a', object: 'ticket', name: 'close', label: 'Close', set: { status: 'closed' } };
const permission = (id: string, object: string) => ({
  kind: 'permission',
  id,
  role: 'agent',
  object,
  actions: ['share', 'close'],
  deny: { actions: ['close'] },
});
const role = { kind: 'role', id: 'rol_agent', name: 'agent', label: 'Agent', default: { read: 'all', actions: ['close', 'share'] } };
const workflow = {
  kind: 'workflow',
  id: 'wfl_c',
  name: 'c',
  label: 'C',
  object: 'ticket',
  trigger: { type: 'action', action: 'close' },
  nodes: [],
};

describe('actions in a draft', () => {
  it('are called like nothing that is there', () => {
    const first = addAction(draftOf({ ...action, name: 'new_action' }), 'ticket');
    expect([first.action.name, first.action.label]).toEqual(['new_action_2', 'New action 2']);
    expect(actionsOf(first.draft, 'ticket')).toHaveLength(2);
  });

  it('take a new name along to the permissions, roles and workflows of their object', () => {
    const draft = renameAction(
      draftOf(action, permission('prm_t', 'ticket'), permission('prm_d', 'deal'), role, workflow),
      action as never,
      'end',
    );
    expect(findDocument(draft, 'prm_t')).toMatchObject({ actions: ['share', 'end'], deny: { actions: ['end'] } });
    expect(findDocument(draft, 'prm_d')).toMatchObject({ actions: ['share', 'close'] });
    expect(findDocument(draft, 'rol_agent')).toMatchObject({ default: { actions: ['end', 'share'] } });
    expect(findDocument(draft, 'wfl_c')).toMatchObject({ trigger: { action: 'end' } });
  });

  it('leave the name to roles while another object has an action of that name', () => {
    const other = { ...action, id: 'act_b', object: 'deal' };
    const draft = renameAction(draftOf(action, other, role), action as never, 'end');
    expect(findDocument(draft, 'rol_agent')).toMatchObject({ default: { actions: ['close', 'share', 'end'] } });
  });
});
