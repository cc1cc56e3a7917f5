import { Network, Plus, Search } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useDraft } from '../../api/draft-store.js';
import { targetsOf } from '../../draft/field-types.js';
import { changeState, ofKind, originOf } from '../../draft/draft.js';
import { ChangeBadge, OriginBadge } from '../../ui/ChangeBadge.js';
import { ObjectIcon } from '../../ui/ObjectIcon.js';
import { Empty } from '../../ui/states.js';
import { NewObjectDialog } from './NewObjectDialog.js';

export function ObjectListPage() {
  const draft = useDraft();
  const [query, setQuery] = useState('');
  const [isAdding, setAdding] = useState(false);
  const fields = ofKind(draft, 'field');
  const objects = ofKind(draft, 'object').sort((a, b) => a.label.localeCompare(b.label));
  const wanted = query.trim().toLowerCase();
  const shown = objects.filter((object) => `${object.label} ${object.pluralLabel} ${object.name}`.toLowerCase().includes(wanted));
  const count = (name: string) => fields.filter((field) => field.object === name).length;
  const links = (name: string) => fields.filter((field) => field.object === name && targetsOf(field).length > 0).length;

  return (
    <div className="page">
      <div className="page-head">
        <div>
          <h1>Objects</h1>
          <p>The kinds of records people work with. Each has its own table, screens and permissions.</p>
        </div>
        <div className="row">
          <Link className="btn" to="/diagram">
            <Network size={15} aria-hidden /> Diagram
          </Link>
          <button type="button" className="btn btn-primary" onClick={() => setAdding(true)}>
            <Plus size={16} aria-hidden /> New object
          </button>
        </div>
      </div>
      <section className="card" aria-label="Objects">
        <div className="card-head">
          <label className="row row-nowrap grow">
            <Search size={15} aria-hidden />
            <span className="sr">Search objects</span>
            <input
              className="input input-small"
              style={{ maxWidth: 280 }}
              type="search"
              placeholder="Search objects"
              value={query}
              onChange={(event) => setQuery(event.target.value)}
            />
          </label>
          <span className="muted small" role="status">
            {shown.length} of {objects.length}
          </span>
        </div>
        {shown.length === 0 ? (
          <Empty
            title={objects.length === 0 ? 'No objects yet' : 'No object matches'}
            action={
              objects.length === 0 ? (
                <button type="button" className="btn btn-primary" onClick={() => setAdding(true)}>
                  New object
                </button>
              ) : (
                <button type="button" className="btn" onClick={() => setQuery('')}>
                  Clear the search
                </button>
              )
            }
          >
            {objects.length === 0 ? 'Add the first kind of record, or install a pack.' : `Nothing is called "${query}".`}
          </Empty>
        ) : (
          <div className="table-wrap">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Object</th>
                  <th scope="col">API name</th>
                  <th scope="col" className="num">
                    Fields
                  </th>
                  <th scope="col" className="num">
                    Links
                  </th>
                  <th scope="col">Origin</th>
                  <th scope="col">Draft</th>
                </tr>
              </thead>
              <tbody>
                {shown.map((object) => (
                  <tr key={object.id}>
                    <td>
                      <span className="row">
                        <ObjectIcon name={object.icon} />
                        <Link className="cell-title" to={`/objects/${object.name}`}>
                          {object.pluralLabel}
                        </Link>
                      </span>
                    </td>
                    <td>
                      <code>{object.name}</code>
                    </td>
                    <td className="num">{count(object.name)}</td>
                    <td className="num">{links(object.name)}</td>
                    <td>
                      <OriginBadge origin={originOf(draft, object.id)} />
                    </td>
                    <td>
                      <ChangeBadge state={changeState(draft, object.id)} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      {isAdding && <NewObjectDialog onClose={() => setAdding(false)} />}
    </div>
  );
}
