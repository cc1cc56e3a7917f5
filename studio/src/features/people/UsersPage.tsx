import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Eye, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { messageOf } from '../../api/client.js';
import { changeUser, createUser, readUsers, viewAs, type RoleInfo, type UserInfo } from '../../api/people.js';
import { useMe } from '../../api/session.js';
import { Dialog } from '../../ui/Dialog.js';
import { CheckField, SelectField, TextField } from '../../ui/Field.js';
import { RoleChoice } from './RoleChoice.js';
import { Empty, Failure, Loading } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';

export function UsersPage() {
  const client = useQueryClient();
  const users = useQuery({ queryKey: ['users'], queryFn: readUsers });
  const me = useMe().data;
  const [open, setOpen] = useState<'new' | UserInfo>();
  const view = useMutation({
    mutationFn: viewAs,
    onSuccess: () => location.assign('/'),
    onError: (error) => toast(messageOf(error), { tone: 'danger' }),
  });
  if (users.isPending) return <Loading label="Loading the users" />;
  if (users.isError) {
    return (
      <div className="page">
        <Failure title="The users can not be read" message={messageOf(users.error)} retry={() => void users.refetch()} />
      </div>
    );
  }
  const mayView = me?.capabilities.includes('view_as') === true;
  const labelOf = (role: string) => users.data.roles.find((each) => each.name === role)?.label ?? role;
  const close = () => {
    setOpen(undefined);
    void client.invalidateQueries({ queryKey: ['users'] });
  };
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <h1>Users</h1>
          <p>Who may sign in, and with which roles. These take effect at once; they are not part of the draft.</p>
        </div>
        <button type="button" className="btn btn-primary" onClick={() => setOpen('new')}>
          <UserPlus size={16} aria-hidden /> New user
        </button>
      </div>
      <section className="card" aria-label="Users">
        {users.data.data.length === 0 ? (
          <Empty title="No users" />
        ) : (
          <div className="table-wrap">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">E-mail</th>
                  <th scope="col">Roles</th>
                  <th scope="col">State</th>
                  <th scope="col">
                    <span className="sr">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {users.data.data.map((user) => (
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
                          onClick={() => view.mutate(user.id)}
                        >
                          <Eye size={15} aria-hidden /> View as
                        </button>
                      )}
                      <button type="button" className="btn btn-small" aria-label={`Edit ${user.name}`} onClick={() => setOpen(user)}>
                        Edit
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      {open !== undefined && (
        <UserDialog user={open === 'new' ? undefined : open} people={users.data.data} roles={users.data.roles} onClose={close} />
      )}
    </div>
  );
}

type DialogProps = { user: UserInfo | undefined; people: readonly UserInfo[]; roles: readonly RoleInfo[]; onClose: () => void };

const namesIn = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

function UserDialog({ user, people, roles, onClose }: DialogProps) {
  const [managerId, setManagerId] = useState(user?.managerId ?? '');
  const [territories, setTerritories] = useState((user?.territories ?? []).join(', '));
  const [name, setName] = useState(user?.name ?? '');
  const [email, setEmail] = useState(user?.email ?? '');
  const [chosen, setChosen] = useState<readonly string[]>(user?.roles ?? []);
  const [isActive, setActive] = useState(user?.isActive ?? true);
  const [password, setPassword] = useState<string>();
  const save = useMutation({
    mutationFn: async () => {
      const place = { managerId: managerId === '' ? null : managerId, territories: namesIn(territories) };
      if (user !== undefined) {
        await changeUser(user.id, { name: name.trim(), roles: [...chosen], isActive, ...place });
        return undefined;
      }
      return (await createUser({ email: email.trim(), name: name.trim(), roles: [...chosen], ...place })).password;
    },
    onSuccess: (made) => {
      if (made === undefined) {
        toast(`${name} is saved.`);
        onClose();
      } else setPassword(made);
    },
  });
  const isComplete = name.trim() !== '' && email.trim() !== '';
  if (password !== undefined) {
    return (
      <Dialog
        title={`${name} can sign in`}
        onClose={onClose}
        onSubmit={onClose}
        footer={
          <button type="submit" className="btn btn-primary">
            Done
          </button>
        }
      >
        <p>This password is shown only now. Hand it over in person or over a safe channel.</p>
        <pre className="mono">{password}</pre>
      </Dialog>
    );
  }
  return (
    <Dialog
      title={user === undefined ? 'New user' : `Edit ${user.name}`}
      onClose={onClose}
      onSubmit={() => {
        if (isComplete) save.mutate();
      }}
      footer={
        <>
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="btn btn-primary" disabled={save.isPending || !isComplete}>
            Save
          </button>
        </>
      }
    >
      <div className="stack">
        <TextField label="Name" value={name} onChange={setName} required />
        {user === undefined && (
          <TextField label="E-mail" type="email" value={email} onChange={setEmail} required hint="They sign in with it." />
        )}
        <RoleChoice roles={roles} chosen={chosen} onChange={setChosen} />
        <SelectField
          label="Reports to"
          hint="Whoever leads may see what those below own, where a role says so."
          value={managerId}
          onChange={setManagerId}
          choices={[
            { value: '', label: 'Nobody' },
            ...people.filter(({ id }) => id !== user?.id).map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <TextField label="Territories" value={territories} onChange={setTerritories} hint="Names, with commas between them." />
        {user !== undefined && <CheckField label="May sign in" checked={isActive} onChange={setActive} />}
        {save.isError && (
          <p className="note note-danger" role="alert">
            {messageOf(save.error)}
          </p>
        )}
      </div>
    </Dialog>
  );
}
