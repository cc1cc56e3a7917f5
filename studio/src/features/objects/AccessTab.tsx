import type { ObjectDocument, PermissionDocument } from '@fieldstone/metadata/types/documents.js';
import { edit, useDraft } from '../../api/draft-store.js';
import { ofKind, ofObject, put, type Draft } from '../../draft/draft.js';
import { fieldAccess, permissionFromRole, setFieldAccess, type FieldAccess } from '../../draft/field-commands.js';
import { ACCESS_CHOICES, ACCESS_PRESETS, presetOf, type AccessPreset } from '../../draft/object-commands.js';
import { InlineSelect } from '../../ui/Field.js';
import { Table } from '../../ui/Table.js';
import { PermissionDetails } from './PermissionDetails.js';

function setPreset(draft: Draft, role: string, object: string, preset: AccessPreset): Draft {
  const existing = ofObject(draft, 'permission', object).find((permission) => permission.role === role);
  if (preset === 'role') return existing === undefined ? draft : put(draft, existing.id, null);
  const base = existing ?? permissionFromRole(draft, role, object);
  return put(draft, base.id, { ...base, ...ACCESS_PRESETS[preset] });
}

const rights = (permission: PermissionDocument): string =>
  (['read', 'update', 'delete'] as const)
    .map((right) => {
      const rule = permission[right] ?? 'none';
      return `${right} ${typeof rule === 'string' ? rule : 'by a condition'}`;
    })
    .concat(permission.create === true ? ['create'] : [])
    .join(', ');

/** What each role may do with the object, and with each of its fields. */
export function AccessTab({ object }: { object: ObjectDocument }) {
  const draft = useDraft();
  const roles = ofKind(draft, 'role');
  const permissions = ofObject(draft, 'permission', object.name);
  const fields = ofObject(draft, 'field', object.name);
  const of = (role: string) => permissions.find((permission) => permission.role === role);
  return (
    <>
      <section className="card" aria-label="Access of roles">
        <div className="card-head">
          <h2>Records</h2>
          <p className="muted small">Roles add up: a person with several has the most any of them gives.</p>
        </div>
        <Table columns={['Role', 'Access', 'In detail']}>
          {roles.map((role) => {
            const permission = of(role.name);
            const preset = presetOf(permission);
            return (
              <tr key={role.id}>
                <td className="cell-title">{role.label}</td>
                <td style={{ width: 220 }}>
                  <InlineSelect
                    label={`Access of ${role.label}`}
                    value={preset}
                    onChange={(value) =>
                      edit(`Access of ${role.label} to ${object.pluralLabel}`, (current) =>
                        setPreset(current, role.name, object.name, value as AccessPreset),
                      )
                    }
                    choices={
                      preset === 'custom' ? [...ACCESS_CHOICES, { value: 'custom', label: 'Own rules', disabled: true }] : ACCESS_CHOICES
                    }
                  />
                </td>
                <td className="muted small">{permission === undefined ? 'Follows the default of the role' : rights(permission)}</td>
              </tr>
            );
          })}
        </Table>
      </section>
      <PermissionDetails object={object} />
      <section className="card" aria-label="Access to fields">
        <div className="card-head">
          <h2>Fields</h2>
          <p className="muted small">A field a role may not read is nowhere on its screens, in filters or in the API.</p>
        </div>
        <div className="table-wrap">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Field</th>
                {roles.map((role) => (
                  <th key={role.id} scope="col">
                    {role.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {fields.map((field) => (
                <tr key={field.id}>
                  <th scope="row">{field.label}</th>
                  {roles.map((role) => (
                    <td key={role.id}>
                      <FieldAccessSelect
                        role={role.name}
                        roleLabel={role.label}
                        object={object.name}
                        field={field.name}
                        fieldLabel={field.label}
                        permission={of(role.name)}
                      />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </>
  );
}

export const FIELD_ACCESS_CHOICES: { value: FieldAccess; label: string }[] = [
  { value: 'edit', label: 'Edit' },
  { value: 'read', label: 'Read' },
  { value: 'none', label: 'Hidden' },
];

function FieldAccessSelect(props: {
  role: string;
  roleLabel: string;
  object: string;
  field: string;
  fieldLabel: string;
  permission: PermissionDocument | undefined;
}) {
  const draft = useDraft();
  const permission = props.permission ?? permissionFromRole(draft, props.role, props.object);
  const access = fieldAccess(permission, props.field);
  return (
    <InlineSelect
      label={`${props.roleLabel}: access to ${props.fieldLabel}`}
      value={access}
      onChange={(value) =>
        edit(`Access of ${props.roleLabel} to ${props.fieldLabel}`, (current) =>
          setFieldAccess(current, props.role, props.object, props.field, value as FieldAccess),
        )
      }
      choices={
        access === 'custom' ? [...FIELD_ACCESS_CHOICES, { value: 'custom', label: 'Own rules', disabled: true }] : FIELD_ACCESS_CHOICES
      }
    />
  );
}
