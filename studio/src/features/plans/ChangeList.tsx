import type { PlanChange } from '@fieldstone/metadata/types/wire.js';
import { Link } from 'react-router';
import { edit, useDraft, useDraftStore } from '../../api/draft-store.js';
import { commentChange } from '../../api/draft-sync.js';
import { findDocument, revert } from '../../draft/draft.js';
import { CommitField } from '../../ui/CommitField.js';
import { Table } from '../../ui/Table.js';
import { toast } from '../../ui/toasts.js';
import { messageOf } from '../../api/client.js';
import { KIND_LABELS, kindPlural, placeOf } from '../shell/places.js';
import { ACTION_WORDS, valueText } from './words.js';
import './plans.css';

type ListProps = { changes: readonly PlanChange[]; canTakeBack?: boolean; sides?: Sides };
/** What the two values of a property are called. */
type Sides = readonly [before: string, after: string];

/** What differs, grouped by the object it belongs to, each property with what it was and what it will be. `canTakeBack`: these are changes of the draft. */
export function ChangeList({ changes, canTakeBack = false, sides = ['Before', 'After'] }: ListProps) {
  const groups = new Map<string, PlanChange[]>();
  for (const change of changes) {
    const key = groupOf(change);
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return (
    <div className="stack">
      {[...groups].map(([group, list]) => (
        <div key={group} role="group" aria-label={group}>
          <h3 className="change-group">{group}</h3>
          <ul>
            {list.map((change) => (
              <Change key={change.id} change={change} canTakeBack={canTakeBack} sides={sides} />
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}

function groupOf(change: PlanChange): string {
  switch (change.kind) {
    case 'object':
      return change.name;
    case 'permission':
      return change.name.split('.')[1] ?? change.name;
    case 'field':
    case 'layout':
    case 'view':
    case 'validation':
    case 'process':
    case 'record_type':
    case 'action':
      return change.name.split('.')[0] ?? change.name;
    default:
      return kindPlural(change.kind);
  }
}

function Change({ change, canTakeBack, sides }: { change: PlanChange; canTakeBack: boolean; sides: Sides }) {
  const draft = useDraft();
  const document = findDocument(draft, change.id);
  const place = document === undefined ? undefined : placeOf(document);
  const action = ACTION_WORDS[change.action];
  return (
    <li className="change">
      <details>
        <summary>
          <span className={`badge ${action.tone}`}>{action.label}</span>
          <span className="badge">{KIND_LABELS[change.kind]}</span>
          <span className="grow">{change.summary}</span>
        </summary>
        <div className="change-detail">
          {change.made !== undefined && <Made made={change.made} hasComment={!canTakeBack} />}
          {canTakeBack && <Reason id={change.id} />}
          {change.properties.length === 0 ? (
            <p className="muted small">{change.action === 'add' ? 'A new element.' : 'No property differs by itself.'}</p>
          ) : (
            <Table columns={['Property', ...sides]} className="diff">
              {change.properties.map((property) => (
                <tr key={property.path}>
                  <th scope="row">
                    <code>{property.path.replace(/^\//, '').replaceAll('/', ' / ')}</code>
                  </th>
                  <td className="before">{valueText(property.before)}</td>
                  <td className="after">{valueText(property.after)}</td>
                </tr>
              ))}
            </Table>
          )}
          <div className="row">
            {place !== undefined && (
              <Link className="small" to={place}>
                Open this {KIND_LABELS[change.kind].toLowerCase()}
              </Link>
            )}
            <Link className="small" to={`/elements/${change.kind}/${encodeURIComponent(change.name)}`}>
              Who changed it
            </Link>
            {canTakeBack && draft.changes.has(change.id) && (
              <button
                type="button"
                className="btn btn-small"
                onClick={() => edit(`Take back ${change.name}`, (current) => revert(current, change.id))}
              >
                Take this change back
              </button>
            )}
          </div>
        </div>
      </details>
    </li>
  );
}

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Who made the change, when and why. */
export function Made({ made, hasComment = true }: { made: NonNullable<PlanChange['made']>; hasComment?: boolean }) {
  return (
    <div className="small">
      <p className="muted">
        Changed by {made.by.name || 'somebody'} on <time dateTime={made.at}>{when.format(new Date(made.at))}</time>
      </p>
      {hasComment && made.comment !== '' && <p>{made.comment}</p>}
      {made.decisions?.map((decision) => (
        <p key={decision.path} className="muted">
          {decision.by} decided <code>{decision.path || 'the whole element'}</code>:{' '}
          {decision.take === 'value'
            ? valueText(decision.value)
            : decision.take === 'mine'
              ? 'the value of the draft'
              : 'the published value'}
        </p>
      ))}
    </div>
  );
}

/** Why a change of the draft is made; kept with it. */
function Reason({ id }: { id: string }) {
  const comment = useDraftStore((state) => state.details.get(id)?.comment ?? '');
  const isReadOnly = useDraftStore((state) => state.info?.access === 'view');
  if (isReadOnly) return comment === '' ? null : <p className="small">{comment}</p>;
  return (
    <CommitField
      label="Why (optional)"
      value={comment}
      onCommit={(value) => void commentChange(id, value).catch((error: unknown) => toast(messageOf(error), { tone: 'danger' }))}
    />
  );
}
