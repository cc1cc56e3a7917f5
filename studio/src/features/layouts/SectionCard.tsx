import { ArrowDown, ArrowUp, Eye, GripVertical, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { LayoutDocument } from '@fieldstone/metadata/types/documents.js';
import { typeLabel } from '../../draft/field-types.js';
import { moveSection, nudgeField, removeSection, setSection, type Place, type Section } from '../../draft/layout-commands.js';
import type { KnownField } from '../../draft/scope.js';
import { InlineSelect } from '../../ui/Field.js';
import { ConditionEditor } from '../rules/ConditionEditor.js';
import { draggedField, isFieldDrag, startDrag } from './drag.js';
import type { ChangeLayout } from './change-layout.js';

type Props = {
  layout: LayoutDocument;
  section: Section;
  index: number;
  fields: readonly KnownField[];
  selected: string | undefined;
  onSelect: (field: string) => void;
  onDrop: (field: string, to: Place) => void;
  onTakeOff: (field: string) => void;
  change: ChangeLayout;
};

export function SectionCard({ layout, section, index, fields, selected, onSelect, onDrop, onTakeOff, change }: Props) {
  const [over, setOver] = useState<number>();
  const [isConditionOpen, setConditionOpen] = useState(false);
  const columns = section.columns ?? 2;
  const dropAt = (at: number) => ({
    onDragOver: (event: React.DragEvent) => {
      if (!isFieldDrag(event)) return;
      event.preventDefault();
      event.stopPropagation();
      setOver(at);
    },
    onDragLeave: () => setOver(undefined),
    onDrop: (event: React.DragEvent) => {
      event.stopPropagation();
      setOver(undefined);
      const field = draggedField(event);
      if (field !== undefined) onDrop(field, { section: section.id, index: at });
    },
  });
  return (
    <section className="card" aria-label={`Section ${section.label}`}>
      <div className="card-head">
        <SectionLabel
          label={section.label}
          onCommit={(label) => change(`Rename section ${section.label}`, (now) => setSection(now, section.id, { label }))}
        />
        <div className="row" style={{ flexWrap: 'nowrap', gap: 2 }}>
          <InlineSelect
            label={`Columns of ${section.label}`}
            value={String(columns)}
            onChange={(value) => change(`Columns of ${section.label}`, (now) => setSection(now, section.id, { columns: Number(value) }))}
            choices={[1, 2, 3].map((count) => ({ value: String(count), label: count === 1 ? '1 column' : `${count} columns` }))}
          />
          <button
            type="button"
            className={section.visible === undefined ? 'btn btn-plain btn-icon' : 'btn btn-icon'}
            aria-label={`When ${section.label} is shown`}
            aria-expanded={isConditionOpen}
            title={section.visible === undefined ? 'Always shown' : 'Shown under a condition'}
            onClick={() => setConditionOpen(!isConditionOpen)}
          >
            <Eye size={15} aria-hidden />
          </button>
          <button
            type="button"
            className="btn btn-plain btn-icon"
            aria-label={`Move ${section.label} up`}
            disabled={index === 0}
            onClick={() => change(`Move section ${section.label}`, (now) => moveSection(now, section.id, -1))}
          >
            <ArrowUp size={15} aria-hidden />
          </button>
          <button
            type="button"
            className="btn btn-plain btn-icon"
            aria-label={`Move ${section.label} down`}
            disabled={index === layout.sections.length - 1}
            onClick={() => change(`Move section ${section.label}`, (now) => moveSection(now, section.id, 1))}
          >
            <ArrowDown size={15} aria-hidden />
          </button>
          <button
            type="button"
            className="btn btn-plain btn-icon"
            aria-label={`Remove section ${section.label}`}
            title={layout.sections.length === 1 ? 'A layout needs a section' : 'Remove; its fields become unused'}
            disabled={layout.sections.length === 1}
            onClick={() => change(`Remove section ${section.label}`, (now) => removeSection(now, section.id))}
          >
            <Trash2 size={15} aria-hidden />
          </button>
        </div>
      </div>
      {isConditionOpen && (
        <div className="card-body">
          <ConditionEditor
            label={`Show ${section.label} when`}
            object={layout.object}
            allow={['user']}
            value={section.visible}
            onChange={(visible) =>
              change(`When ${section.label} is shown`, (now) => setSection(now, section.id, { visible }), `section ${section.id}`)
            }
            emptyText="Always shown."
          />
        </div>
      )}
      <ul className={`slots slots-${columns}${over === section.fields.length ? ' over' : ''}`} {...dropAt(section.fields.length)}>
        {section.fields.map((entry, at) => {
          const field = fields.find((each) => each.name === entry.field);
          const label = field?.label ?? entry.field;
          return (
            <li
              key={entry.field}
              className={[
                'slot',
                entry.wide === true ? 'slot-wide' : '',
                entry.field === selected ? 'slot-selected' : '',
                over === at ? 'slot-over' : '',
              ].join(' ')}
              draggable
              onDragStart={(event) => startDrag(event, entry.field)}
              {...dropAt(at)}
            >
              <GripVertical size={14} aria-hidden className="grip" />
              <button
                type="button"
                className="slot-name grow"
                aria-pressed={entry.field === selected}
                onClick={() => onSelect(entry.field)}
              >
                {label} <span className="muted small">{field === undefined ? '' : typeLabel(field.fieldType)}</span>
                <Flags entry={entry} />
              </button>
              <button
                type="button"
                className="btn btn-plain btn-icon"
                aria-label={`Move ${label} back`}
                onClick={() => change(`Move ${label}`, (now) => nudgeField(now, entry.field, -1))}
              >
                <ArrowUp size={14} aria-hidden />
              </button>
              <button
                type="button"
                className="btn btn-plain btn-icon"
                aria-label={`Move ${label} on`}
                onClick={() => change(`Move ${label}`, (now) => nudgeField(now, entry.field, 1))}
              >
                <ArrowDown size={14} aria-hidden />
              </button>
              <button
                type="button"
                className="btn btn-plain btn-icon"
                aria-label={`Take ${label} off`}
                onClick={() => onTakeOff(entry.field)}
              >
                <X size={14} aria-hidden />
              </button>
            </li>
          );
        })}
        {section.fields.length === 0 && <li className="muted small">Drop fields here.</li>}
      </ul>
    </section>
  );
}

function Flags({ entry }: { entry: Section['fields'][number] }) {
  const flags = [
    entry.visible !== undefined ? 'shown if' : '',
    entry.required !== undefined ? 'required if' : '',
    entry.readOnly !== undefined ? 'locked if' : '',
  ].filter((flag) => flag !== '');
  return flags.map((flag) => (
    <span key={flag} className="badge badge-info">
      {flag}
    </span>
  ));
}

function SectionLabel({ label, onCommit }: { label: string; onCommit: (label: string) => void }) {
  const commit = (input: HTMLInputElement) => {
    const typed = input.value.trim();
    if (typed === '') input.value = label;
    else if (typed !== label) onCommit(typed);
  };
  return (
    <input
      key={label}
      className="input input-title"
      aria-label="Heading of the section"
      defaultValue={label}
      maxLength={120}
      onBlur={(event) => commit(event.currentTarget)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
    />
  );
}
