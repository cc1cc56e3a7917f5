import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Link, Navigate, useParams } from 'react-router';
import { useDraft } from '../../api/draft-store.js';
import { changeState, findObject, ofObject, originOf } from '../../draft/draft.js';
import { ChangeBadge, OriginBadge } from '../../ui/ChangeBadge.js';
import { ObjectIcon } from '../../ui/ObjectIcon.js';
import { Empty } from '../../ui/states.js';
import { FieldsTab } from '../fields/FieldsTab.js';
import { ActionsTab } from './ActionsTab.js';
import { AccessTab } from './AccessTab.js';
import { EditObjectDialog } from './EditObjectDialog.js';
import { LayoutsTab } from './LayoutsTab.js';
import { RecordTypesTab } from './RecordTypesTab.js';
import { RetireObjectDialog } from './RetireObjectDialog.js';
import { ValidationsTab } from './ValidationsTab.js';

const TABS = ['fields', 'layouts', 'validations', 'types', 'actions', 'access'] as const;

export function ObjectPage() {
  const draft = useDraft();
  const { object: name = '', tab = 'fields' } = useParams();
  const [dialog, setDialog] = useState<'edit' | 'retire'>();
  const object = findObject(draft, name);
  if (object === undefined) {
    return (
      <div className="page">
        <div className="card">
          <Empty title="There is no such object" action={<Link to="/objects">Go to the objects</Link>}>
            It may be retired in this draft, or undone.
          </Empty>
        </div>
      </div>
    );
  }
  if (!TABS.some((each) => each === tab)) return <Navigate to={`/objects/${name}/fields`} replace />;
  const counts = {
    fields: ofObject(draft, 'field', name).length,
    layouts: ofObject(draft, 'layout', name).length,
    validations: ofObject(draft, 'validation', name).length + ofObject(draft, 'process', name).length,
    types: ofObject(draft, 'record_type', name).length,
    actions: ofObject(draft, 'action', name).length,
    access: undefined,
  };
  const labels = {
    fields: 'Fields',
    layouts: 'Layouts',
    validations: 'Rules',
    types: 'Record types',
    actions: 'Actions',
    access: 'Access',
  };
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <nav className="crumbs" aria-label="Path">
            <Link to="/objects">Objects</Link> / <span>{object.label}</span>
          </nav>
          <div className="row">
            <ObjectIcon name={object.icon} />
            <h1>{object.pluralLabel}</h1>
            <code className="muted">{object.name}</code>
            <OriginBadge origin={originOf(draft, object.id)} />
            <ChangeBadge state={changeState(draft, object.id)} />
          </div>
          {object.description !== undefined && <p>{object.description}</p>}
        </div>
        <div className="row">
          <button type="button" className="btn" onClick={() => setDialog('edit')}>
            <Pencil size={15} aria-hidden /> Edit object
          </button>
          <button type="button" className="btn btn-danger" onClick={() => setDialog('retire')}>
            <Trash2 size={15} aria-hidden /> Retire
          </button>
        </div>
      </div>
      <nav className="tabs" aria-label="Parts of the object">
        {TABS.map((each) => (
          <Link key={each} to={`/objects/${name}/${each}`} aria-current={tab === each ? 'page' : undefined}>
            {labels[each]} {counts[each] !== undefined && <span className="badge">{counts[each]}</span>}
          </Link>
        ))}
      </nav>
      {tab === 'fields' && <FieldsTab object={object} />}
      {tab === 'layouts' && <LayoutsTab object={object} />}
      {tab === 'validations' && <ValidationsTab object={object} />}
      {tab === 'types' && <RecordTypesTab object={object} />}
      {tab === 'actions' && <ActionsTab object={object} />}
      {tab === 'access' && <AccessTab object={object} />}
      {dialog === 'edit' && <EditObjectDialog object={object} onClose={() => setDialog(undefined)} />}
      {dialog === 'retire' && <RetireObjectDialog object={object} onClose={() => setDialog(undefined)} />}
    </div>
  );
}
