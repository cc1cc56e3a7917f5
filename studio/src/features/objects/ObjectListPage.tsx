import { Network, Plus, Search } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useDraft } from '../../api/draft-store.js';
import { targetsOf } from '../../draft/field-types.js';
import { ofKind } from '../../draft/draft.js';
import { DRAFT_COLUMNS, DraftCells } from '../../ui/ChangeBadge.js';
import { ListCard } from '../../ui/ListCard.js';
import { ObjectIcon } from '../../ui/ObjectIcon.js';
import { PageHead } from '../../ui/PageHead.js';
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
      <PageHead
        title="Objects"
        action={
          <div className="row">
            <Link className="btn" to="/diagram">
              <Network size={15} aria-hidden /> Diagram
            </Link>
            <button type="button" className="btn btn-primary" onClick={() => setAdding(true)}>
              <Plus size={16} aria-hidden /> New object
            </button>
          </div>
        }
      >
        The kinds of records people work with. Each has its own table, screens and permissions.
      </PageHead>
      <ListCard
        label="Objects"
        head={
          <>
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
          </>
        }
        columns={['Object', 'API name', { label: 'Fields', is: 'number' }, { label: 'Links', is: 'number' }, ...DRAFT_COLUMNS]}
        rows={shown}
        empty={
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
        }
        row={(object) => (
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
            <DraftCells draft={draft} id={object.id} />
          </tr>
        )}
      />
      {isAdding && <NewObjectDialog onClose={() => setAdding(false)} />}
    </div>
  );
}
