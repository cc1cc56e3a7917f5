import { Link } from 'react-router';
import type { StudioDocument } from '../../draft/draft.js';
import type { Usage } from '../../draft/field-commands.js';
import { KIND_LABELS, placeOf } from '../shell/places.js';

const order = (document: StudioDocument) => Object.keys(KIND_LABELS).indexOf(document.kind);

export function UsageList({ usage }: { usage: readonly Usage[] }) {
  return (
    <ul className="stack-2">
      {[...usage]
        .sort((a, b) => order(a.document) - order(b.document))
        .map(({ document, label }) => {
          const place = placeOf(document);
          return (
            <li key={document.id} className="row">
              <span className="badge">{KIND_LABELS[document.kind]}</span>
              {place === undefined ? label : <Link to={place}>{label}</Link>}
            </li>
          );
        })}
    </ul>
  );
}
