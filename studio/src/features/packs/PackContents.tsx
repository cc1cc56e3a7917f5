import type { DocumentKind } from '@fieldstone/metadata/types/documents.js';
import type { PackDetail } from '@fieldstone/metadata/types/wire.js';
import { Link } from 'react-router';
import { useDraft } from '../../api/draft-store.js';
import { findDocument } from '../../draft/draft.js';
import { KIND_LABELS, kindPlural, placeOf } from '../shell/places.js';

type Element = PackDetail['elements'][number];

const ELEMENT_STATES: Record<Element['state'], { label: string; tone: string } | undefined> = {
  shipped: undefined,
  changed: { label: 'Changed here', tone: 'badge-info' },
  retired: { label: 'Retired here', tone: 'badge-danger' },
};

/** What a pack brings: its elements by kind, what it changes in other packs, and its records. */
export function PackContents({ pack }: { pack: PackDetail }) {
  const kinds = [...new Set(pack.elements.map(({ kind }) => kind))].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
  const total = pack.elements.length + pack.overrides.length;
  return (
    <section className="card" aria-label="What it brings">
      <div className="card-head">
        <h2>
          What it brings <span className="badge">{total}</span>
        </h2>
      </div>
      <div className="card-body">
        {total + pack.records.length === 0 && <p className="muted">Nothing by itself.</p>}
        {kinds.map((kind) => (
          <Elements key={kind} kind={kind} elements={pack.elements.filter((element) => element.kind === kind)} />
        ))}
        {pack.overrides.length > 0 && (
          <details className="pack-part">
            <summary>
              Changes of other packs <span className="badge">{pack.overrides.length}</span>
            </summary>
            <ul>
              {pack.overrides.map(({ kind, element, name }) => (
                <li key={element}>
                  {KIND_LABELS[kind]} <code>{name}</code>
                </li>
              ))}
            </ul>
          </details>
        )}
        {pack.records.length > 0 && (
          <details className="pack-part">
            <summary>
              Records <span className="badge">{pack.records.reduce((sum, { brings }) => sum + brings, 0)}</span>
            </summary>
            <ul>
              {pack.records.map(({ file, object, brings, changes }) => (
                <li key={file}>
                  <code>{file}</code> {object}: brings {brings}
                  {changes > 0 && `, changes ${String(changes)} where nobody did before`}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </section>
  );
}

/** Objects first, then what belongs to them, then the rest. */
const ORDER = Object.keys(KIND_LABELS) as DocumentKind[];

function Elements({ kind, elements }: { kind: DocumentKind; elements: readonly Element[] }) {
  const draft = useDraft();
  const changed = elements.filter(({ state }) => state !== 'shipped').length;
  return (
    <details className="pack-part">
      <summary>
        {kindPlural(kind)} <span className="badge">{elements.length}</span>
        {changed > 0 && <span className="badge badge-info">{changed} changed here</span>}
      </summary>
      <ul>
        {elements.map(({ id, name, label, state }) => {
          const document = findDocument(draft, id);
          const place = document === undefined ? undefined : placeOf(document);
          const words = ELEMENT_STATES[state];
          return (
            <li key={id}>
              {place === undefined ? label : <Link to={place}>{label}</Link>} <code className="muted">{name}</code>{' '}
              {words !== undefined && <span className={`badge ${words.tone}`}>{words.label}</span>}
            </li>
          );
        })}
      </ul>
    </details>
  );
}
