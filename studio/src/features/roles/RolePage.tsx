import type { RoleDocument } from '@fieldstone/metadata/types/documents.js';
import { Trash2 } from 'lucide-react';
import { Link, useNavigate, useParams } from 'react-router';
import { edit, undoEdit, useDraft } from '../../api/draft-store.js';
import { changeState, findDocument, ofKind, put } from '../../draft/draft.js';
import { nameProblem } from '../../draft/names.js';
import { CAPABILITIES, includersOf, permissionsOf, retireRole } from '../../draft/role-commands.js';
import { withProperties } from '../../draft/without-undefined.js';
import { ChangeBadge } from '../../ui/ChangeBadge.js';
import { CommitField } from '../../ui/CommitField.js';
import { CheckField } from '../../ui/Field.js';
import { PageHead } from '../../ui/PageHead.js';
import { Empty, Refusal } from '../../ui/states.js';
import { TickList } from '../../ui/TickList.js';
import { toast } from '../../ui/toasts.js';
import type { Patch } from '../elements/ElementPage.js';
import { useProblems } from '../elements/use-problems.js';
import { RoleDefaults } from './RoleDefaults.js';

const MOST_INCLUDED = 30;
const CONTROLS = [
  '/label',
  '/description',
  '/includes',
  '/capabilities',
  ...['create', 'read', 'update', 'delete', 'fields', 'actions'].map((name) => `/default/${name}`),
];

/** The role that the address names: what it is, what it includes, and what it may do where an object says nothing else. */
export function RolePage() {
  const draft = useDraft();
  const { id = '' } = useParams();
  const role = findDocument(draft, id);
  if (role?.kind === 'role') return <Role key={id} role={role} />;
  return (
    <div className="page">
      <Empty heading="h1" title="There is no such role" action={<Link to="/roles">Go to the roles</Link>} />
    </div>
  );
}

function Role({ role }: { role: RoleDocument }) {
  const draft = useDraft();
  const navigate = useNavigate();
  const problems = useProblems(role.id, CONTROLS);
  const word = role.set === true ? 'Permission set' : 'Role';
  const isNew = !draft.published.has(role.id);
  const others = ofKind(draft, 'role').filter(({ id }) => id !== role.id);
  const set = (patch: Patch<RoleDocument>) =>
    edit(
      `Edit ${role.label}`,
      (current) => put(current, role.id, withProperties(role, patch)),
      `role ${role.id} ${Object.keys(patch).join()}`,
    );
  const retire = () => {
    edit(`Retire ${role.label}`, (current) => retireRole(current, role));
    void navigate('/roles');
    toast(`${role.label} is retired in this draft, with its permissions.`, { action: { label: 'Undo', run: () => undoEdit() } });
  };
  const taken = new Set(others.map(({ name }) => name));
  const includes = role.includes ?? [];
  const roundabout = new Set(includersOf(draft, role.name).map(({ name }) => name));
  return (
    <div className="page page-narrow">
      <PageHead
        title={role.label}
        badge={<ChangeBadge state={changeState(draft, role.id)} />}
        path={
          <>
            <Link to="/roles">Roles and permission sets</Link> / <span>{word}</span>
          </>
        }
        action={
          <button type="button" className="btn btn-danger" onClick={retire}>
            <Trash2 size={15} aria-hidden /> Retire
          </button>
        }
      />
      <Refusal text={problems.rest} />
      <section className="card card-body stack" aria-label={word}>
        <div className="cols-2">
          <CommitField
            label="Label"
            value={role.label}
            maxLength={120}
            check={(label) => (label.trim() === '' ? 'A label is needed.' : undefined)}
            error={problems.at('/label')}
            onCommit={(label) => set({ label })}
          />
          <CommitField
            label="API name"
            mono
            value={role.name}
            {...(isNew && permissionsOf(draft, role.name).length === 0 && roundabout.size === 0
              ? {}
              : { hint: 'It stays: permissions and people are given the role by it.', disabled: true })}
            check={(name) => nameProblem(name, taken)}
            onCommit={(name) => set({ name })}
          />
        </div>
        <CommitField
          label="Description"
          multiline
          value={role.description ?? ''}
          maxLength={1_000}
          error={problems.at('/description')}
          onCommit={(text) => set({ description: text.trim() === '' ? undefined : text })}
        />
        <CheckField
          label="Permission set"
          hint="Adds to a role and is no job by itself: people have it besides theirs."
          checked={role.set === true}
          onChange={(isSet) => set({ set: isSet ? true : undefined })}
        />
      </section>
      <section className="card card-body stack" aria-label="Includes">
        <TickList
          label="Includes"
          hint={
            includes.length >= MOST_INCLUDED
              ? `That are as many as may be: ${MOST_INCLUDED}.`
              : `Whoever has ${role.label} has all that these may do, and what they take away.`
          }
          choices={others.map(({ name, label, set: isSet }) => ({
            value: name,
            label: isSet === true ? `${label} (set)` : label,
            disabled: !includes.includes(name) && includes.length >= MOST_INCLUDED,
          }))}
          value={includes}
          error={problems.at('/includes')}
          onChange={(names) => set({ includes: names.length === 0 ? undefined : names })}
        />
        {includes.some((name) => roundabout.has(name)) && (
          <p className="note note-warning">Some of these include {role.label} in turn: they all have the same rights.</p>
        )}
        {roundabout.size > 0 && (
          <p className="muted small">
            Included in{' '}
            {others
              .filter(({ name }) => roundabout.has(name))
              .map(({ label }) => label)
              .join(', ')}
            .
          </p>
        )}
      </section>
      <section className="card card-body stack" aria-label="Besides records">
        <TickList
          label="Besides working with records it may"
          choices={CAPABILITIES}
          value={role.capabilities ?? []}
          error={problems.at('/capabilities')}
          onChange={(names) =>
            set({
              capabilities: names.length === 0 ? undefined : CAPABILITIES.flatMap(({ value }) => (names.includes(value) ? [value] : [])),
            })
          }
        />
      </section>
      <RoleDefaults role={role} set={set} problems={problems} />
    </div>
  );
}
