import type { PackInfo } from '@fieldstone/metadata/types/wire.js';
import { Download, Package } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { messageOf } from '../../api/client.js';
import { usePacks } from '../../api/packs.js';
import { PageHead } from '../../ui/PageHead.js';
import { Empty, Failure, Loading } from '../../ui/states.js';
import { ExportDialog } from './ExportDialog.js';
import { counted, stateWords, waitsText } from './words.js';
import './packs.css';

const GROUPS: readonly { title: string; states: readonly PackInfo['state'][] }[] = [
  { title: 'New versions', states: ['waits', 'upgrade'] },
  { title: 'Installed', states: ['current'] },
  { title: 'Not installed', states: ['available'] },
];

/** Packs that are installed and those that could be, each with where it stands. */
export function PackListPage() {
  const packs = usePacks();
  const [isExporting, setExporting] = useState(false);
  if (packs.isPending) return <Loading label="Loading the packs" />;
  const list = packs.data ?? [];
  return (
    <div className="page">
      <PageHead
        title="Packs"
        action={
          <button type="button" className="btn" onClick={() => setExporting(true)}>
            <Download size={15} aria-hidden /> Export what was made here
          </button>
        }
      >
        Packs bring objects, screens, rules and records. What you change of them stays when a new version comes.
      </PageHead>
      {packs.isError && (
        <div className="card">
          <Failure title="The packs can not be read" message={messageOf(packs.error)} retry={() => void packs.refetch()} />
        </div>
      )}
      {packs.isSuccess && list.length === 0 && (
        <div className="card">
          <Empty icon={<Package size={28} aria-hidden />} title="There is no pack">
            Nothing is installed, and the folders of packs are empty.
          </Empty>
        </div>
      )}
      {isExporting && <ExportDialog onClose={() => setExporting(false)} />}
      {GROUPS.map(({ title, states }) => (
        <Group key={title} title={title} packs={states.flatMap((state) => list.filter((pack) => pack.state === state))} />
      ))}
    </div>
  );
}

function Group({ title, packs }: { title: string; packs: readonly PackInfo[] }) {
  if (packs.length === 0) return null;
  return (
    <section className="card" aria-label={title}>
      <div className="card-head">
        <h2>
          {title} <span className="badge">{packs.length}</span>
        </h2>
      </div>
      <ul className="card-body">
        {packs.map((pack) => (
          <Row key={pack.name} pack={pack} />
        ))}
      </ul>
    </section>
  );
}

function Row({ pack }: { pack: PackInfo }) {
  const state = stateWords(pack);
  const missing = pack.needs.filter(({ isMet }) => !isMet);
  return (
    <li className="pack-row">
      <div className="grow">
        <p>
          <Link className="cell-title" to={`/packs/${pack.name}`}>
            {pack.label}
          </Link>{' '}
          <Versions pack={pack} /> <span className={`badge ${state.tone}`}>{state.label}</span>
          {pack.changes > 0 && <span className="badge badge-info">{pack.changes} changed here</span>}
        </p>
        {pack.description !== '' && <p>{pack.description}</p>}
        {pack.state === 'waits' && <p className="small">{waitsText(pack)}.</p>}
        <p className="muted small">
          {pack.needs.length === 0
            ? 'Needs no other pack.'
            : `Needs ${pack.needs.map(({ name, range }) => `${name} ${range}`).join(', ')}.`}
          {pack.state === 'available' && missing.length > 0 && ` Missing: ${missing.map(({ name }) => name).join(', ')}.`}
          {pack.neededBy.length > 0 && ` Needed by ${counted(pack.neededBy.length, 'pack', 'packs')}.`}
        </p>
      </div>
      <PackActions pack={pack} isSmall />
    </li>
  );
}

/** Installed version, and the one there is instead. */
export function Versions({ pack }: { pack: PackInfo }) {
  return (
    <span className="muted small">
      {pack.version ?? pack.available}
      {pack.isUpgradable && (
        <>
          {' → '}
          {pack.available}
          {pack.available === pack.version && ' with other content'}
        </>
      )}
    </span>
  );
}

/** What can be done with a pack. Each leads to a plan that is read first. */
export function PackActions({ pack, isSmall = false }: { pack: PackInfo; isSmall?: boolean }) {
  const size = isSmall ? 'btn btn-small' : 'btn';
  return (
    <div className="row">
      {pack.state === 'available' && (
        <Link className={`${size} btn-primary`} to={`/packs/${pack.name}/install`} aria-label={`Install ${pack.label}`}>
          Install
        </Link>
      )}
      {pack.isUpgradable && (
        <Link className={`${size} btn-primary`} to={`/packs/${pack.name}/upgrade`} aria-label={`Upgrade ${pack.label}`}>
          {pack.conflicts > 0 ? 'Decide and upgrade' : 'Upgrade'}
        </Link>
      )}
      {pack.version !== null && !isSmall && (
        <Link className={`${size} btn-danger`} to={`/packs/${pack.name}/uninstall`} aria-label={`Uninstall ${pack.label}`}>
          Uninstall
        </Link>
      )}
    </div>
  );
}
