import type { ObjectDocument, PermissionDocument, PermissionRule, RoleDocument } from '@fieldstone/metadata/types/documents.js';
import { Link } from 'react-router';
import { useState } from 'react';
import { edit, useDraft } from '../../api/draft-store.js';
import { actionsOf, BUILT_IN_ACTIONS } from '../../draft/action-commands.js';
import { ofKind, ofObject, put } from '../../draft/draft.js';
import { permissionFromRole } from '../../draft/field-commands.js';
import { withProperties } from '../../draft/without-undefined.js';
import { CheckField, InlineSelect, SelectField } from '../../ui/Field.js';
import { TickList } from '../../ui/TickList.js';
import { RuleList } from './RuleList.js';

type Deny = NonNullable<PermissionDocument['deny']>;
type Only = NonNullable<NonNullable<PermissionDocument['fields']>['only']>;
type OnSome = { read?: PermissionRule; edit?: PermissionRule };
type Patch<T> = { [Key in keyof T]?: T[Key] | undefined };

const RIGHTS = ['read', 'update', 'delete'] as const;
const WORDS = { read: 'May read', update: 'May change', delete: 'May delete' } as const;
const DENIED = { read: 'Never reads', update: 'Never changes', delete: 'Never deletes' } as const;

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;
const orNone = <T extends object>(value: T): T | undefined => (isEmpty(value) ? undefined : value);

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
          {...rule}
        />
      ))}
      <TickList
        label="May run"
        {...(every ? { hint: 'Every action, those made later among them. Ticking some gives only those.' } : {})}
        choices={actions}
        value={every ? actions.map(({ value }) => value) : given}
        onChange={(chosen) => set({ actions: chosen })}
      />
      <ConditionalFields permission={permission} object={object} set={set} />
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
          {...rule}
        />
      ))}
      <TickList
        label="Never runs"
        choices={actions}
        value={deny.actions?.includes('*') ? actions.map(({ value }) => value) : (deny.actions ?? [])}
        onChange={(chosen) => setDeny({ actions: chosen.length === 0 ? undefined : chosen })}
      />
      <DeniedFields object={object} deny={deny} set={setDeny} />
    </>
  );
}

const named = (actions: readonly { name: string; label: string }[]) => actions.map(({ name, label }) => ({ value: name, label }));

/** Fields that are read or changed on some records only. */
function ConditionalFields({
  permission,
  object,
  set,
}: {
  permission: PermissionDocument;
  object: ObjectDocument;
  set: (patch: Patch<PermissionDocument>) => void;
}) {
  const draft = useDraft();
  const fields = ofObject(draft, 'field', object.name);
  const only: Only = permission.fields?.only ?? {};
  const putOnly = (next: Only) => set({ fields: orNone(withProperties(permission.fields ?? {}, { only: orNone(next) })) });
  const labelOf = (name: string) => fields.find((field) => field.name === name)?.label ?? name;
  const conditional = Object.entries(only).filter((entry): entry is [string, OnSome] => typeof entry[1] === 'object');
  const free = fields.filter(({ name }) => typeof only[name] !== 'object');
  return (
    <>
      {conditional.map(([name, access]) => (
        <fieldset key={name} className="stack-2" aria-label={`${labelOf(name)} on some records`}>
          <div className="row-between">
            <strong>{labelOf(name)} on some records</strong>
            <button
              type="button"
              className="btn btn-small"
              aria-label={`Remove ${labelOf(name)} on some records`}
              onClick={() => putOnly(Object.fromEntries(Object.entries(only).filter(([each]) => each !== name)))}
            >
              Remove
            </button>
          </div>
          {(['read', 'edit'] as const).map((right) => (
            <RuleList
              key={right}
              label={`${right === 'read' ? 'Reads' : 'Changes'} ${labelOf(name)}`}
              object={object.name}
              nameField={object.nameField}
              value={access[right]}
              onChange={(rule) => {
                const next = withProperties(access, { [right]: rule });
                putOnly({ ...only, [name]: isEmpty(next) ? 'none' : next });
              }}
              emptyText={right === 'read' ? 'On every record it may read.' : 'On no record.'}
            />
          ))}
        </fieldset>
      ))}
      <SelectField
        label="A field on some records only"
        value=""
        onChange={(name) => name !== '' && putOnly({ ...only, [name]: { read: 'all', edit: 'own' } })}
        choices={[{ value: '', label: 'Choose a field…' }, ...free.map(({ name, label }) => ({ value: name, label }))]}
      />
    </>
  );
}

/** Fields that nobody with the role reads or changes, whatever another role gives. */
function DeniedFields({ object, deny, set }: { object: ObjectDocument; deny: Deny; set: (patch: Patch<Deny>) => void }) {
  const draft = useDraft();
  const fields = ofObject(draft, 'field', object.name);
  const denied = deny.fields ?? {};
  const putDenied = (name: string, value: string) => {
    const rest = Object.fromEntries(Object.entries(denied).filter(([each]) => each !== name));
    set({ fields: orNone(value === '' ? rest : { ...rest, [name]: value as 'read' | 'edit' }) });
  };
  const entries = Object.entries(denied);
  return (
    <fieldset className="stack-2" aria-label="Fields taken away">
      <legend className="legend">Fields taken away</legend>
      {entries.map(([name, taken]) => {
        const label = fields.find((field) => field.name === name)?.label ?? name;
        return (
          <div key={name} className="row">
            <span className="grow">{label}</span>
            <InlineSelect
              label={`${label}: taken away`}
              value={typeof taken === 'string' ? taken : 'custom'}
              onChange={(value) => putDenied(name, value)}
              choices={[
                { value: 'read', label: 'Reading and changing' },
                { value: 'edit', label: 'Changing' },
                { value: '', label: 'Nothing' },
                ...(typeof taken === 'string' ? [] : [{ value: 'custom', label: 'On some records', disabled: true }]),
              ]}
            />
          </div>
        );
      })}
      <SelectField
        label="Take a field away"
        value=""
        onChange={(name) => name !== '' && putDenied(name, 'edit')}
        choices={[
          { value: '', label: 'Choose a field…' },
          ...fields.filter(({ name }) => denied[name] === undefined).map(({ name, label }) => ({ value: name, label })),
        ]}
      />
    </fieldset>
  );
}
