import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Eye, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { readUsers, type UserInfo } from '../../api/people.js';
import { useMe } from '../../api/session.js';
import { ListCard } from '../../ui/ListCard.js';
import { PageHead } from '../../ui/PageHead.js';
import { PageState } from '../../ui/PageState.js';
import { Empty } from '../../ui/states.js';
import { ACTIONS } from '../../ui/Table.js';
import { UserDialog } from './UserDialog.js';
import { ViewAsDialog } from './ViewAsDialog.js';

export function UsersPage() {
  const client = useQueryClient();
  const users = useQuery({ queryKey: ['users'], queryFn: readUsers });
  const me = useMe().data;
  const [open, setOpen] = useState<'new' | UserInfo>();
  const [viewed, setViewed] = useState<UserInfo>();
  if (!users.isSuccess) return <PageState what="users" queries={[users]} />;
  const mayView = me?.capabilities.includes('view_as') === true;
  const labelOf = (role: string) => users.data.roles.find((each) => each.name === role)?.label ?? role;
  const close = () => {
    setOpen(undefined);
    void client.invalidateQueries({ queryKey: ['users'] });
  };
  return (
    <div className="page">
      <PageHead
        title="Users"
        action={
          <button type="button" className="btn btn-primary" onClick={() => setOpen('new')}>
            <UserPlus size={16} aria-hidden /> New user
          </button>
        }
      >
        Who may sign in, and with which roles. These take effect at once; they are not part of the draft.
      </PageHead>
      <ListCard
        label="Users"
        columns={['Name', 'E-mail', 'Roles', 'State', ACTIONS]}
        rows={users.data.data}
        empty={<Empty title="No users" />}
        row={(user) => (
          <tr key={user.id}>
            <td className="cell-title">{user.name}</td>
            <td>{user.email}</td>
            <td>
              <span className="row" style={{ gap: 4 }}>
                {user.roles.map((role) => (
                  <span key={role} className="badge">
                    {labelOf(role)}
                  </span>
                ))}
              </span>
            </td>
            <td>{user.isActive ? <span className="badge badge-success">Active</span> : <span className="badge">Inactive</span>}</td>
            <td className="actions">
              {mayView && user.isActive && user.id !== me?.user.id && (
                <button
                  type="button"
                  className="btn btn-small btn-plain"
                  aria-label={`View as ${user.name}`}
                  onClick={() => setViewed(user)}
                >
                  <Eye size={15} aria-hidden /> View as
                </button>
              )}
              <button type="button" className="btn btn-small" aria-label={`Edit ${user.name}`} onClick={() => setOpen(user)}>
                Edit
              </button>
            </td>
          </tr>
        )}
      />
      {viewed !== undefined && <ViewAsDialog user={viewed} onClose={() => setViewed(undefined)} />}
      {open !== undefined && (
        <UserDialog user={open === 'new' ? undefined : open} people={users.data.data} roles={users.data.roles} onClose={close} />
      )}
    </div>
  );
}
