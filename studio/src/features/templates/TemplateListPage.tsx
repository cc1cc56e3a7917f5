import type { TemplateDocument } from '@fieldstone/metadata/types/documents.js';
import { Mail, Plus } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import { edit, useDraft } from '../../api/draft-store.js';
import { findObject, ofKind, put } from '../../draft/draft.js';
import { freeLabel, newId, suggestName } from '../../draft/names.js';
import { DRAFT_COLUMNS, DraftCells } from '../../ui/ChangeBadge.js';
import { ListCard } from '../../ui/ListCard.js';
import { PageHead } from '../../ui/PageHead.js';
import { Empty } from '../../ui/states.js';

export function TemplateListPage() {
  const draft = useDraft();
  const navigate = useNavigate();
  const templates = ofKind(draft, 'template').sort((a, b) => a.label.localeCompare(b.label));
  const add = () => {
    const taken = new Set(templates.map((template) => template.name));
    const label = freeLabel('New template', taken);
    const object = ofKind(draft, 'object')[0]?.name;
    const template: TemplateDocument = {
      kind: 'template',
      id: newId('template'),
      name: suggestName(label),
      label,
      ...(object === undefined ? {} : { object }),
      subject: 'Subject',
      text: 'Hello,\n\n',
    };
    edit(`Add template ${label}`, (current) => put(current, template.id, template));
    void navigate(`/templates/${template.id}`);
  };
  const button = (
    <button type="button" className="btn btn-primary" onClick={add}>
      <Plus size={16} aria-hidden /> New template
    </button>
  );
  return (
    <div className="page">
      <PageHead title="E-mail templates" action={button}>
        Texts of the mails that workflows send, with places for values of a record.
      </PageHead>
      <ListCard
        label="Templates"
        columns={['Template', 'Subject', 'About', ...DRAFT_COLUMNS]}
        rows={templates}
        empty={<Empty icon={<Mail size={28} aria-hidden />} title="No templates yet" action={button} />}
        row={(template) => (
          <tr key={template.id}>
            <td>
              <Link className="cell-title" to={`/templates/${template.id}`}>
                {template.label}
              </Link>
            </td>
            <td>{template.subject}</td>
            <td>{template.object === undefined ? 'Any object' : (findObject(draft, template.object)?.label ?? template.object)}</td>
            <DraftCells draft={draft} id={template.id} />
          </tr>
        )}
      />
    </div>
  );
}
