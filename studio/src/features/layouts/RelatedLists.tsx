import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { LayoutDocument } from '@fieldstone/metadata/types/documents.js';
import { useDraft } from '../../api/draft-store.js';
import { findObject, ofKind, ofObject } from '../../draft/draft.js';
import { isRelation, targetsOf } from '../../draft/field-types.js';
import { addRelated, removeRelated } from '../../draft/layout-commands.js';
import { CheckField, InlineSelect } from '../../ui/Field.js';
import type { ChangeLayout } from './change-layout.js';

/** Lists of the records that point to this one, below the fields. */
export function RelatedLists({ layout, change }: { layout: LayoutDocument; change: ChangeLayout }) {
  const draft = useDraft();
  const [adding, setAdding] = useState('');
  const lists = layout.related ?? [];
  const links = ofKind(draft, 'field').filter((field) => isRelation(field.type) && targetsOf(field).includes(layout.object));
  const open = links.filter((field) => !lists.some((list) => list.object === field.object && list.field === field.name));
  const chosen = open.find((field) => field.id === adding) ?? open[0];
  const add = () => {
    if (chosen === undefined) return;
    const nameField = findObject(draft, chosen.object)?.nameField ?? 'id';
    change('Add related list', (now) => addRelated(now, { object: chosen.object, field: chosen.name, columns: [nameField], limit: 10 }));
  };
  const setColumns = (id: string, columns: string[]) =>
    change(
      'Columns of a related list',
      (now) => ({ ...now, related: (now.related ?? []).map((list) => (list.id === id ? { ...list, columns } : list)) }),
      `related ${id}`,
    );
  return (
    <section className="card" aria-label="Related lists">
      <div className="card-head">
        <h2>
          Related lists <span className="badge">{lists.length}</span>
        </h2>
        {chosen !== undefined && (
          <div className="row" style={{ flexWrap: 'nowrap' }}>
            <InlineSelect
              label="Records to list"
              value={chosen.id}
              onChange={setAdding}
              choices={open.map((field) => ({
                value: field.id,
                label: `${findObject(draft, field.object)?.pluralLabel ?? field.object} by ${field.label}`,
              }))}
            />
            <button type="button" className="btn btn-small" onClick={add}>
              <Plus size={14} aria-hidden /> Add
            </button>
          </div>
        )}
      </div>
      <ul className="card-body stack">
        {lists.length === 0 && <li className="muted small">{links.length === 0 ? 'No object has a link to this one.' : 'None yet.'}</li>}
        {lists.map((list) => {
          const object = findObject(draft, list.object);
          const label =
            list.label ??
            links.find((field) => field.object === list.object && field.name === list.field)?.inverse?.label ??
            object?.pluralLabel ??
            list.object;
          return (
            <li key={list.id} className="related">
              <div className="row-between">
                <h3>
                  {label} <code className="muted">{`${list.object}.${list.field}`}</code>
                </h3>
                <button
                  type="button"
                  className="btn btn-plain btn-icon"
                  aria-label={`Remove the list ${label}`}
                  onClick={() => change(`Remove list ${label}`, (now) => removeRelated(now, list.id))}
                >
                  <Trash2 size={15} aria-hidden />
                </button>
              </div>
              <details>
                <summary className="small">Columns: {list.columns.join(', ')}</summary>
                <div className="cols-3">
                  {ofObject(draft, 'field', list.object).map((field) => (
                    <CheckField
                      key={field.id}
                      label={field.label}
                      checked={list.columns.includes(field.name)}
                      disabled={list.columns.length === 1 && list.columns[0] === field.name}
                      onChange={(isOn) =>
                        setColumns(list.id, isOn ? [...list.columns, field.name] : list.columns.filter((column) => column !== field.name))
                      }
                    />
                  ))}
                </div>
              </details>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
