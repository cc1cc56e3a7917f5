import { Plus } from 'lucide-react';
import { useState } from 'react';
import { typeLabel } from '../../draft/field-types.js';
import type { Place, Section } from '../../draft/layout-commands.js';
import type { KnownField } from '../../draft/scope.js';
import { InlineSelect } from '../../ui/Field.js';
import { draggedField, isFieldDrag, startDrag } from './drag.js';

type Props = {
  fields: readonly KnownField[];
  sections: readonly Section[];
  onPlace: (field: string, to: Place) => void;
  onTakeOff: (field: string) => void;
};

/** Fields that are not on the layout. A field dropped here is taken off. */
export function Palette({ fields, sections, onPlace, onTakeOff }: Props) {
  const [target, setTarget] = useState('');
  const [isOver, setOver] = useState(false);
  const section = sections.find((each) => each.id === target) ?? sections[0];
  return (
    <section
      className={isOver ? 'card palette over' : 'card palette'}
      aria-label="Unused fields"
      onDragOver={(event) => {
        if (!isFieldDrag(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        const field = draggedField(event);
        if (field !== undefined) onTakeOff(field);
      }}
    >
      <div className="card-head">
        <h2>
          Unused fields <span className="badge">{fields.length}</span>
        </h2>
      </div>
      <div className="card-body stack-2">
        {fields.length === 0 ? (
          <p className="muted small">All fields are on the layout.</p>
        ) : (
          <>
            <label className="small muted">
              Add to
              <InlineSelect
                label="Add to section"
                value={section?.id ?? ''}
                onChange={setTarget}
                choices={sections.map((each) => ({ value: each.id, label: each.label }))}
              />
            </label>
            <ul className="stack-2">
              {fields.map((field) => (
                <li key={field.name} className="chip" draggable onDragStart={(event) => startDrag(event, field.name)}>
                  <span className="grow">
                    {field.label} <span className="muted small">{typeLabel(field.fieldType)}</span>
                  </span>
                  <button
                    type="button"
                    className="btn btn-plain btn-icon"
                    aria-label={`Add ${field.label}`}
                    onClick={() => section !== undefined && onPlace(field.name, { section: section.id, index: section.fields.length })}
                  >
                    <Plus size={15} aria-hidden />
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </section>
  );
}
