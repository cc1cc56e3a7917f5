import type { RoleDocument } from '@fieldstone/metadata/types/documents.js';
import { Plus, ShieldCheck } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import { edit, useDraft } from '../../api/draft-store.js';
import { ofKind } from '../../draft/draft.js';
import { addRole } from '../../draft/role-commands.js';
import { DRAFT_COLUMNS, DraftCells } from '../../ui/ChangeBadge.js';
import { ListCard } from '../../ui/ListCard.js';
import { PageHead } from '../../ui/PageHead.js';
import { Empty } from '../../ui/states.js';

/** Roles, which are what people do, and permission sets, which add to them. */
export function RoleListPage() {
  const draft = useDraft();
  const navigate = useNavigate();
  const roles = ofKind(draft, 'role').sort((one, other) => one.label.localeCompare(other.label));
  const add = (isSet: boolean) => {
    const made = addRole(draft, isSet);
    edit(`Add ${made.role.label}`, () => made.draft);
    void navigate(`/roles/${made.role.id}`);
  };
  return (
    <div className="page">
      <PageHead
        title="Roles and permission sets"
        action={
          <div className="row">
            <button type="button" className="btn" onClick={() => add(true)}>
              <Plus size={16} aria-hidden /> New permission set
            </button>
            <button type="button" className="btn btn-primary" onClick={() => add(false)}>
              <Plus size={16} aria-hidden /> New role
            </button>
          </div>
        }
      >
        What people may do. A role is a job; a permission set adds to one, for people or for a whole team.
      </PageHead>
      <RoleTable title="Roles" roles={roles.filter(({ set }) => set !== true)} />
      <RoleTable title="Permission sets" roles={roles.filter(({ set }) => set === true)} />
    </div>
  );
}

function RoleTable({ title, roles }: { title: string; roles: readonly RoleDocument[] }) {
  const draft = useDraft();
  const labelOf = (name: string) => ofKind(draft, 'role').find((role) => role.name === name)?.label ?? name;
  return (
    <ListCard
      label={title}
      head={<h2>{title}</h2>}
      columns={['Name', 'Includes', ...DRAFT_COLUMNS]}
      rows={roles}
      empty={<Empty icon={<ShieldCheck size={28} aria-hidden />} title="None yet" heading="h3" />}
      row={(role) => (
        <tr key={role.id}>
          <td>
            <Link className="cell-title" to={`/roles/${role.id}`}>
              {role.label}
            </Link>
            {role.description !== undefined && <div className="muted small">{role.description}</div>}
          </td>
          <td className="muted small">{(role.includes ?? []).map(labelOf).join(', ')}</td>
          <DraftCells draft={draft} id={role.id} />
        </tr>
      )}
    />
  );
}
