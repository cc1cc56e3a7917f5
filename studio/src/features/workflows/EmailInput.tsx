import { Link } from 'react-router';
import { useDraft } from '../../api/draft-store.js';
import { ofKind } from '../../draft/draft.js';
import { SelectField } from '../../ui/Field.js';
import type { InputProps } from './change-workflow.js';
import { ValueEditor } from './ValueEditor.js';

export function EmailInput({ workflow, input, setInput }: InputProps) {
  const draft = useDraft();
  const templates = ofKind(draft, 'template').filter((template) => template.object === undefined || template.object === workflow.object);
  const template = typeof input['template'] === 'string' ? input['template'] : undefined;
  const chosen = templates.find((each) => each.name === template);
  const choose = (name: string) => setInput(name === '' ? { to: input['to'], subject: '', text: '' } : { to: input['to'], template: name });
  return (
    <div className="stack">
      <ValueEditor
        label="To"
        value={input['to'] ?? ''}
        onChange={(to) => setInput({ ...input, to })}
        workflow={workflow}
        modes={['literal', 'var', 'template']}
        hint="An e-mail address, or a field that holds a user or an address."
      />
      <SelectField
        label="Text"
        value={template ?? ''}
        onChange={choose}
        choices={[
          { value: '', label: 'Written here' },
          ...templates.map((each) => ({ value: each.name, label: `Template: ${each.label}` })),
        ]}
      />
      {chosen !== undefined && (
        <div className="note note-info">
          <div className="stack-2">
            <b>{chosen.subject}</b>
            <span style={{ whiteSpace: 'pre-wrap' }}>{chosen.text}</span>
            <Link to={`/templates/${chosen.id}`}>Edit the template</Link>
          </div>
        </div>
      )}
      {template === undefined && (
        <>
          <ValueEditor
            label="Subject"
            value={input['subject'] ?? ''}
            onChange={(subject) => setInput({ ...input, subject })}
            workflow={workflow}
            modes={['literal', 'template']}
          />
          <ValueEditor
            label="Body"
            value={input['text'] ?? ''}
            onChange={(text) => setInput({ ...input, text })}
            workflow={workflow}
            modes={['literal', 'template']}
            multiline
          />
        </>
      )}
    </div>
  );
}
