import type { RoleDocument } from '@fieldstone/metadata/types/documents.js';
import { Link } from 'react-router';
import type { Problems } from '../../api/problems.js';
import { useDraft } from '../../api/draft-store.js';
import { BUILT_IN_ACTIONS } from '../../draft/action-commands.js';
import { findObject, ofKind } from '../../draft/draft.js';
import { permissionsOf } from '../../draft/role-commands.js';
import { withProperties } from '../../draft/without-undefined.js';
import { CheckField, SelectField } from '../../ui/Field.js';
import { TickList } from '../../ui/TickList.js';
import type { Patch } from '../elements/ElementPage.js';

type Default = NonNullable<RoleDocument['default']>;
type Reach = NonNullable<Default['read']>;

const REACHES: readonly { value: Reach; label: string }[] = [
  { value: 'none', label: 'None' },
  { value: 'own', label: 'Their own, and those of their queues' },
  { value: 'team', label: 'And those of people in their teams' },
  { value: 'below', label: 'And those of people below them' },
  { value: 'all', label: 'All' },
];
const RIGHTS = [
  ['read', 'May read'],
  ['update', 'May change'],
  ['delete', 'May delete'],
] as const;
const FIELDS: readonly { value: NonNullable<Default['fields']>; label: string }[] = [
  { value: 'edit', label: 'Read and change' },
  { value: 'read', label: 'Read' },
  { value: 'none', label: 'Nothing' },
];

type Props = { role: RoleDocument; set: (patch: Patch<RoleDocument>) => void; problems: Problems };

/** What a role may do with every object that has no permission for it, those made later among them. */
export function RoleDefaults({ role, set, problems }: Props) {
  const draft = useDraft();
  const given = role.default ?? {};
  const put = (patch: Patch<Default>) => {
    const next = withProperties(given, patch);
    set({ default: Object.keys(next).length === 0 ? undefined : next });
  };
  const names = [...new Set(ofKind(draft, 'action').map(({ name }) => name))].sort();
  const actions = [...BUILT_IN_ACTIONS, ...names].map((name) => ({ value: name as string, label: name as string }));
  const every = given.actions?.includes('*') === true;
  const own = permissionsOf(draft, role.name);
  return (
    <section className="card card-body stack" aria-label="Every object">
      <div>
        <h2>Every object</h2>
        <p className="muted small">
          Holds for objects without a permission of their own for {role.label}, also for those that are made later.
        </p>
      </div>
      <CheckField label="May create" checked={given.create === true} onChange={(create) => put({ create: create ? true : undefined })} />
      {RIGHTS.map(([right, label]) => (
        <SelectField
          key={right}
          label={label}
          value={given[right] ?? 'none'}
          choices={REACHES}
          error={problems.at(`/default/${right}`)}
          onChange={(value) => put({ [right]: value === 'none' ? undefined : value })}
        />
      ))}
      <SelectField
        label="Fields"
        value={given.fields ?? 'edit'}
        choices={FIELDS}
        error={problems.at('/default/fields')}
        onChange={(value) => put({ fields: value === 'edit' ? undefined : (value as Default['fields']) })}
      />
      <CheckField
        label="May run every action"
        hint="Those that are made later among them."
        checked={every}
        onChange={(isEvery) => put({ actions: isEvery ? ['*'] : undefined })}
      />
      {!every && (
        <TickList
          label="May run"
          choices={actions}
          value={given.actions ?? []}
          error={problems.at('/default/actions')}
          onChange={(chosen) => put({ actions: chosen.length === 0 ? undefined : chosen })}
        />
      )}
      <div>
        <h3>Objects with a permission of their own</h3>
        {own.length === 0 ? (
          <p className="muted small">None: the above holds everywhere.</p>
        ) : (
          <ul className="row">
            {own.map(({ id, object }) => (
              <li key={id}>
                <Link to={`/objects/${object}/access`}>{findObject(draft, object)?.pluralLabel ?? object}</Link>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
