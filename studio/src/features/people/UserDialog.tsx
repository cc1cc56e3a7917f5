import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { changeUser, createUser, type RoleInfo, type UserInfo } from '../../api/people.js';
import { problemsOf } from '../../api/problems.js';
import { Dialog } from '../../ui/Dialog.js';
import { DialogButtons } from '../../ui/DialogButtons.js';
import { CheckField, SelectField, TextField } from '../../ui/Field.js';
import { Refusal } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { RoleChoice } from './RoleChoice.js';

type DialogProps = { user: UserInfo | undefined; people: readonly UserInfo[]; roles: readonly RoleInfo[]; onClose: () => void };

/** What the form sends, by the controls. */
const CONTROLS = ['/name', '/email', '/roles', '/managerId', '/territories'];

const namesIn = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Somebody who may sign in: new, or as they are. */
export function UserDialog({ user, people, roles, onClose }: DialogProps) {
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
  const problems = problemsOf(save.error, CONTROLS);
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
        <DialogButtons onClose={onClose} disabled={save.isPending || !isComplete}>
          Save
        </DialogButtons>
      }
    >
      <div className="stack">
        <TextField label="Name" value={name} onChange={setName} required error={problems.at('/name')} />
        {user === undefined && (
          <TextField
            label="E-mail"
            type="email"
            value={email}
            onChange={setEmail}
            required
            hint="They sign in with it."
            error={problems.at('/email')}
          />
        )}
        <RoleChoice roles={roles} chosen={chosen} onChange={setChosen} error={problems.at('/roles')} />
        <SelectField
          label="Reports to"
          hint="Whoever leads may see what those below own, where a role says so."
          value={managerId}
          error={problems.at('/managerId')}
          onChange={setManagerId}
          choices={[
            { value: '', label: 'Nobody' },
            ...people.filter(({ id }) => id !== user?.id).map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <TextField
          label="Territories"
          value={territories}
          onChange={setTerritories}
          hint="Names, with commas between them."
          error={problems.at('/territories')}
        />
        {user !== undefined && <CheckField label="May sign in" checked={isActive} onChange={setActive} />}
        <Refusal text={problems.rest} />
      </div>
    </Dialog>
  );
}
