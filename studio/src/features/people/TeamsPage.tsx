import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { changeTeam, createTeam, endTeam, readTeams, readUsers, type RoleInfo, type TeamInfo, type UserInfo } from '../../api/people.js';
import { problemsOf } from '../../api/problems.js';
import { Dialog } from '../../ui/Dialog.js';
import { DialogButtons } from '../../ui/DialogButtons.js';
import { CheckField, SelectField, TextField } from '../../ui/Field.js';
import { ListCard } from '../../ui/ListCard.js';
import { PageHead } from '../../ui/PageHead.js';
import { PageState } from '../../ui/PageState.js';
import { Empty, Refusal } from '../../ui/states.js';
import { ACTIONS } from '../../ui/Table.js';
import { toast } from '../../ui/toasts.js';
import { RoleChoice } from './RoleChoice.js';

/** Teams, whose people may see each other's records, and queues, which own records until somebody takes them. */
export function TeamsPage() {
  const client = useQueryClient();
  const teams = useQuery({ queryKey: ['teams'], queryFn: readTeams });
  const users = useQuery({ queryKey: ['users'], queryFn: readUsers });
  const [open, setOpen] = useState<'new' | TeamInfo>();
  if (!teams.isSuccess || !users.isSuccess) return <PageState what="teams" queries={[teams, users]} />;
  const close = () => {
    setOpen(undefined);
    void client.invalidateQueries({ queryKey: ['teams'] });
  };
  const add = (
    <button type="button" className="btn btn-primary" onClick={() => setOpen('new')}>
      <Plus size={16} aria-hidden /> New team or queue
    </button>
  );
  const labelOf = (role: string) => users.data.roles.find((each) => each.name === role)?.label ?? role;
  return (
    <div className="page">
      <PageHead title="Teams and queues" action={add}>
        A team has members, and may have roles that its members have too. A queue owns records until one of its members takes them.
      </PageHead>
      <ListCard
        label="Teams and queues"
        columns={['Name', 'Kind', 'Members', 'Roles', ACTIONS]}
        rows={teams.data.data}
        empty={
          <Empty title="No teams yet" action={add}>
            Make one to let people see the records of their colleagues, or to give several people a permission set.
          </Empty>
        }
        row={(team) => (
          <tr key={team.id}>
            <td className="cell-title">{team.name}</td>
            <td>{team.kind === 'queue' ? 'Queue' : 'Team'}</td>
            <td className="muted small">{team.members.map(({ name }) => name).join(', ') || 'Nobody'}</td>
            <td className="muted small">{team.roles.map(labelOf).join(', ')}</td>
            <td className="actions">
              <button type="button" className="btn btn-small" aria-label={`Edit ${team.name}`} onClick={() => setOpen(team)}>
                Edit
              </button>
            </td>
          </tr>
        )}
      />
      {open !== undefined && (
        <TeamDialog team={open === 'new' ? undefined : open} people={users.data.data} roles={users.data.roles} onClose={close} />
      )}
    </div>
  );
}

type DialogProps = { team: TeamInfo | undefined; people: readonly UserInfo[]; roles: readonly RoleInfo[]; onClose: () => void };

function TeamDialog({ team, people, roles, onClose }: DialogProps) {
  const [name, setName] = useState(team?.name ?? '');
  const [kind, setKind] = useState<'team' | 'queue'>(team?.kind ?? 'team');
  const [members, setMembers] = useState<readonly string[]>(team?.members.map(({ id }) => id) ?? []);
  const [chosen, setChosen] = useState<readonly string[]>(team?.roles ?? []);
  const [isEnding, setEnding] = useState(false);
  const done = (text: string) => {
    toast(text);
    onClose();
  };
  const save = useMutation({
    mutationFn: () => {
      const change = { name: name.trim(), members: [...members], roles: [...chosen] };
      return team === undefined ? createTeam({ ...change, kind }) : changeTeam(team.id, change);
    },
    onSuccess: () => done(`${name} is saved.`),
  });
  const end = useMutation({ mutationFn: () => endTeam(team?.id ?? ''), onSuccess: () => done(`${name} has ended.`) });
  const problems = problemsOf(save.error ?? end.error, ['/name', '/members', '/roles']);
  return (
    <Dialog
      title={team === undefined ? 'New team or queue' : `Edit ${team.name}`}
      onClose={onClose}
      onSubmit={() => {
        if (name.trim() !== '') save.mutate();
      }}
      footer={
        <>
          {team !== undefined && (
            <button type="button" className="btn btn-danger" onClick={() => (isEnding ? end.mutate() : setEnding(true))}>
              {isEnding ? `End ${team.name} now` : 'End it'}
            </button>
          )}
          <span className="grow" />
          <DialogButtons onClose={onClose} disabled={save.isPending || name.trim() === ''}>
            Save
          </DialogButtons>
        </>
      }
    >
      <div className="stack">
        <TextField label="Name" value={name} onChange={setName} required error={problems.at('/name')} />
        {team === undefined && (
          <SelectField
            label="Kind"
            value={kind}
            onChange={(value) => setKind(value as 'team' | 'queue')}
            choices={[
              { value: 'team', label: 'Team: people who work together' },
              { value: 'queue', label: 'Queue: owns records until somebody takes them' },
            ]}
          />
        )}
        <fieldset>
          <legend className="legend">Members</legend>
          {people
            .filter(({ isActive }) => isActive)
            .map(({ id, name: person }) => (
              <CheckField
                key={id}
                label={person}
                checked={members.includes(id)}
                onChange={(isOn) => setMembers(isOn ? [...members, id] : members.filter((each) => each !== id))}
              />
            ))}
          {problems.at('/members') !== undefined && (
            <p className="error-text" role="alert">
              {problems.at('/members')}
            </p>
          )}
        </fieldset>
        <RoleChoice roles={roles} chosen={chosen} onChange={setChosen} error={problems.at('/roles')} />
        {isEnding && <p className="note note-warning">Its members lose what they have through it. What a queue owns keeps its name.</p>}
        <Refusal text={problems.rest} />
      </div>
    </Dialog>
  );
}
