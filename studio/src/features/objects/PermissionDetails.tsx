import type { ObjectDocument, PermissionDocument, RoleDocument } from '@fieldstone/metadata/types/documents.js';
import { Link } from 'react-router';
import { useState } from 'react';
import { edit, useDraft } from '../../api/draft-store.js';
import { actionsOf, BUILT_IN_ACTIONS } from '../../draft/action-commands.js';
import { ofKind, ofObject, put } from '../../draft/draft.js';
import { permissionFromRole } from '../../draft/field-commands.js';
import { withProperties } from '../../draft/without-undefined.js';
import { CheckField, SelectField } from '../../ui/Field.js';
import { Refusal } from '../../ui/states.js';
import { TickList } from '../../ui/TickList.js';
import type { Patch } from '../elements/ElementPage.js';
import { useProblems } from '../elements/use-problems.js';
import { ConditionalFields, controlsOf, DeniedFields, orNone } from './PermissionFields.js';
import { RuleList } from './RuleList.js';

type Deny = NonNullable<PermissionDocument['deny']>;

const RIGHTS = ['read', 'update', 'delete'] as const;
const WORDS = { read: 'May read', update: 'May change', delete: 'May delete' } as const;
const DENIED = { read: 'Never reads', update: 'Never changes', delete: 'Never deletes' } as const;

/** All that a role or permission set may do with an object, and what it takes away from whoever has it: every part of the permission as a form. */
export function PermissionDetails({ object }: { object: ObjectDocument }) {
  const draft = useDraft();
  const roles = ofKind(draft, 'role');
  const [name, setName] = useState('');
  const role = roles.find((each) => each.name === name) ?? roles[0];
  if (role === undefined) return null;
  return (
    <section className="card card-body stack" aria-label="In detail">
      <div className="row-between">
        <h2>In detail</h2>
        <Link to="/review">Who gains and loses what</Link>
      </div>
      <SelectField
        label="Role or permission set"
        value={role.name}
        onChange={setName}
        choices={roles.map((each) => ({ value: each.name, label: each.set === true ? `${each.label} (set)` : each.label }))}
      />
      <Details key={role.id} object={object} role={role} />
    </section>
  );
}

function Details({ object, role }: { object: ObjectDocument; role: RoleDocument }) {
  const draft = useDraft();
  const own = ofObject(draft, 'permission', object.name).find((each) => each.role === role.name);
  const permission = own ?? permissionFromRole(draft, role.name, object.name);
  const { deny = {} } = permission;
  const problems = useProblems(permission.id, controlsOf(permission));
  const set = (patch: Patch<PermissionDocument>) =>
    edit(
      `Rights of ${role.label} on ${object.pluralLabel}`,
      (current) => put(current, permission.id, withProperties(permission, patch)),
      `permission ${role.name} ${object.name} ${Object.keys(patch).join()}`,
    );
  const setDeny = (patch: Patch<Deny>) => set({ deny: orNone(withProperties(deny, patch)) });
  const actions = [
    ...BUILT_IN_ACTIONS.map((each) => ({ value: each as string, label: each as string })),
    ...named(actionsOf(draft, object.name)),
  ];
  const given = permission.actions ?? role.default?.actions ?? [];
  const every = given.includes('*');
  const rule = { object: object.name, nameField: object.nameField };
  return (
    <>
      <Refusal text={problems.rest} />
      {own === undefined && (
        <p className="muted small">It follows the default of the role; the first change makes a permission of its own.</p>
      )}
      <CheckField label="May create" checked={permission.create === true} onChange={(create) => set({ create })} />
      {RIGHTS.map((right) => (
        <RuleList
          key={right}
          label={WORDS[right]}
          value={permission[right]}
          onChange={(value) => set({ [right]: value })}
          emptyText="No records."
          error={problems.at(`/${right}`)}
          {...rule}
        />
      ))}
      <TickList
        label="May run"
        {...(every ? { hint: 'Every action, those made later among them. Ticking some gives only those.' } : {})}
        choices={actions}
        value={every ? actions.map(({ value }) => value) : given}
        error={problems.at('/actions')}
        onChange={(chosen) => set({ actions: chosen })}
      />
      <ConditionalFields permission={permission} object={object} problems={problems} set={set} />
      <h3>Taken away</h3>
      <p className="muted small">Wins over every grant, of this and of any other role: that is how a restriction is written.</p>
      <CheckField label="Never creates" checked={deny.create === true} onChange={(is) => setDeny({ create: is ? true : undefined })} />
      {RIGHTS.map((right) => (
        <RuleList
          key={right}
          label={DENIED[right]}
          value={deny[right]}
          onChange={(value) => setDeny({ [right]: value })}
          emptyText="Nothing is taken away."
          error={problems.at(`/deny/${right}`)}
          {...rule}
        />
      ))}
      <TickList
        label="Never runs"
        choices={actions}
        value={deny.actions?.includes('*') ? actions.map(({ value }) => value) : (deny.actions ?? [])}
        error={problems.at('/deny/actions')}
        onChange={(chosen) => setDeny({ actions: chosen.length === 0 ? undefined : chosen })}
      />
      <DeniedFields object={object} deny={deny} problems={problems} set={setDeny} />
    </>
  );
}

const named = (actions: readonly { name: string; label: string }[]) => actions.map(({ name, label }) => ({ value: name, label }));
