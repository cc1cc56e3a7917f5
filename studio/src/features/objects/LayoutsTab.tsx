import { Plus } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import type { ObjectDocument } from '@fieldstone/metadata/types/documents.js';
import { edit, useDraft } from '../../api/draft-store.js';
import { ofObject, put } from '../../draft/draft.js';
import { defaultLayout } from '../../draft/object-commands.js';
import { DRAFT_COLUMNS, DraftCells } from '../../ui/ChangeBadge.js';
import { ListCard } from '../../ui/ListCard.js';
import { Empty } from '../../ui/states.js';

export function LayoutsTab({ object }: { object: ObjectDocument }) {
  const draft = useDraft();
  const navigate = useNavigate();
  const layouts = ofObject(draft, 'layout', object.name);
  const add = () => {
    const layout = defaultLayout(
      object.name,
      ofObject(draft, 'field', object.name).map((field) => field.name),
    );
    edit(`Add layout of ${object.label}`, (current) => put(current, layout.id, layout));
    void navigate(`/layouts/${layout.id}`);
  };
  return (
    <ListCard
      label="Layouts"
      columns={['Layout', 'API name', { label: 'Sections', is: 'number' }, { label: 'Fields', is: 'number' }, ...DRAFT_COLUMNS]}
      rows={layouts}
      empty={
        <Empty
          title="No layout yet"
          action={
            <button type="button" className="btn btn-primary" onClick={add}>
              <Plus size={16} aria-hidden /> Add the record page
            </button>
          }
        >
          A layout says which fields the record page and its forms show, and in which order.
        </Empty>
      }
      row={(layout) => (
        <tr key={layout.id}>
          <td>
            <Link className="cell-title" to={`/layouts/${layout.id}`}>
              {layout.label}
            </Link>
          </td>
          <td>
            <code>{layout.name}</code>
          </td>
          <td className="num">{layout.sections.length}</td>
          <td className="num">{layout.sections.reduce((sum, section) => sum + section.fields.length, 0)}</td>
          <DraftCells draft={draft} id={layout.id} />
        </tr>
      )}
    />
  );
}
