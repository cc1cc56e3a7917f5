import type { PackDetail } from '@fieldstone/metadata/types/wire.js';
import { AlertTriangle } from 'lucide-react';
import { Link, useParams } from 'react-router';
import { messageOf } from '../../api/client.js';
import { usePack } from '../../api/packs.js';
import { Failure, Loading } from '../../ui/states.js';
import { ChangeList } from '../plans/ChangeList.js';
import { placeText } from '../plans/ConflictChoice.js';
import { KIND_LABELS } from '../shell/places.js';
import { PackCases } from './PackCases.js';
import { PackContents } from './PackContents.js';
import { PackActions, Versions } from './PackListPage.js';
import { counted, stateWords, stepText } from './words.js';
import './packs.css';

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** One pack: where it stands, what it brings, what was changed of it, whether it holds, and what happened to it. */
export function PackPage() {
  const { name = '' } = useParams();
  const answer = usePack(name);
  if (answer.isPending) return <Loading label="Loading the pack" />;
  if (answer.isError) {
    return (
      <div className="page">
        <div className="card">
          <Failure title="The pack can not be read" message={messageOf(answer.error)} retry={() => void answer.refetch()} />
        </div>
      </div>
    );
  }
  const pack = answer.data;
  const state = stateWords(pack);
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <nav className="crumbs" aria-label="Path">
            <Link to="/packs">Packs</Link> / <span>{pack.name}</span>
          </nav>
          <h1>{pack.label}</h1>
          <p>
            <Versions pack={pack} /> <span className={`badge ${state.tone}`}>{state.label}</span>
          </p>
          {pack.description !== '' && <p>{pack.description}</p>}
        </div>
        <PackActions pack={pack} />
      </div>
      {pack.state === 'waits' && <Waits pack={pack} />}
      <Standing pack={pack} />
      <PackContents pack={pack} />
      {pack.version !== null && <Changed pack={pack} />}
      <PackCases pack={pack} />
      <History pack={pack} />
    </div>
  );
}

function Waits({ pack }: { pack: PackDetail }) {
  return (
    <div className="note note-warning">
      <AlertTriangle size={16} aria-hidden />
      <div>
        {pack.conflicts > 0 && (
          <p>
            Version {pack.available} and you changed the same {counted(pack.conflicts, 'property', 'properties')}: you decide whose holds.
          </p>
        )}
        {pack.waits.length > 0 && (
          <>
            <p>The last start left version {pack.available} for you:</p>
            <ul className="small plain-list">
              {pack.waits.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  );
}

function Standing({ pack }: { pack: PackDetail }) {
  return (
    <section className="card" aria-label="Dependencies">
      <div className="card-head">
        <h2>Dependencies</h2>
      </div>
      <dl className="card-body pack-facts">
        <div>
          <dt>Needs</dt>
          <dd>
            {pack.needs.length === 0 && 'No other pack'}
            {pack.needs.map(({ name, range, version, isMet }) => (
              <p key={name}>
                <Link to={`/packs/${name}`}>{name}</Link> {range}{' '}
                <span className={`badge ${isMet ? 'badge-success' : 'badge-danger'}`}>{version ?? 'not installed'}</span>
              </p>
            ))}
          </dd>
        </div>
        <div>
          <dt>Needed by</dt>
          <dd>
            {pack.neededBy.length === 0 && 'No other pack'}
            {pack.neededBy.map((name) => (
              <p key={name}>
                <Link to={`/packs/${name}`}>{name}</Link>
              </p>
            ))}
          </dd>
        </div>
        {pack.installedAt !== null && (
          <div>
            <dt>Here since</dt>
            <dd>
              <time dateTime={pack.installedAt}>{when.format(new Date(pack.installedAt))}</time>
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function Changed({ pack }: { pack: PackDetail }) {
  return (
    <section className="card" aria-label="Changed here">
      <div className="card-head">
        <h2>
          Changed here <span className="badge">{pack.changed.length}</span>
        </h2>
        <span className="muted small">Stays when the pack is upgraded.</span>
      </div>
      <div className="card-body">
        {pack.changed.length === 0 ? (
          <p className="muted">Everything is as the pack ships it.</p>
        ) : (
          <ChangeList changes={pack.changed} sides={['The packs', 'Here']} />
        )}
      </div>
      {pack.decisions.length > 0 && (
        <div className="card-body stack-2 pack-decisions">
          <h3>Decided at upgrades, and remembered</h3>
          <ul className="stack-2">
            {pack.decisions.map(({ element, kind, name, path, take, by, at }) => (
              <li key={`${element} ${path}`} className="small">
                {KIND_LABELS[kind]} {name}: {placeText(path)} is {take === 'yours' ? 'yours' : 'that of the pack'}.{' '}
                <span className="muted">
                  {by}, <time dateTime={at}>{when.format(new Date(at))}</time>
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function History({ pack }: { pack: PackDetail }) {
  return (
    <section className="card" aria-label="History of the pack">
      <div className="card-head">
        <h2>History</h2>
      </div>
      {pack.history.length === 0 ? (
        <p className="card-body muted">{pack.version === null ? 'It was never installed here.' : 'It came before versions were noted.'}</p>
      ) : (
        <ol className="card-body stack-2">
          {pack.history.map((step) => (
            <li key={step.revision}>
              <b>{stepText(step)}</b>{' '}
              <span className="muted small">
                Revision {step.revision}, <time dateTime={step.at}>{when.format(new Date(step.at))}</time> by {step.by}
                {step.comment === '' ? '' : `: “${step.comment}”`}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
