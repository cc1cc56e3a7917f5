import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { withProperties } from '../../draft/without-undefined.js';
import { SelectField } from '../../ui/Field.js';
import type { InputProps } from './change-workflow.js';
import { JsonInput, ValueEditor } from './ValueEditor.js';

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'].map((method) => ({ value: method, label: method }));

export function WebhookInput({ workflow, input, setInput }: InputProps) {
  const [name, setName] = useState('');
  const headers = (input['headers'] as Record<string, unknown> | undefined) ?? {};
  const setHeaders = (next: Record<string, unknown>) =>
    setInput(withProperties(input, { headers: Object.keys(next).length === 0 ? undefined : next }));
  const isName = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,60}$/.test(name);
  return (
    <div className="stack">
      <ValueEditor
        label="Address"
        value={input['url'] ?? ''}
        onChange={(url) => setInput({ ...input, url })}
        workflow={workflow}
        modes={['literal', 'template']}
        hint="https:// and the rest."
      />
      <SelectField
        label="Method"
        value={typeof input['method'] === 'string' ? input['method'] : 'POST'}
        onChange={(method) => setInput({ ...input, method })}
        choices={METHODS}
      />
      <fieldset className="stack-2">
        <legend className="legend">Headers</legend>
        {Object.entries(headers).map(([header, value]) => (
          <ValueEditor
            key={header}
            label={header}
            value={value}
            onChange={(next) => setHeaders({ ...headers, [header]: next })}
            workflow={workflow}
            modes={['literal', 'template', 'var']}
            action={
              <button
                type="button"
                className="btn btn-plain btn-icon"
                aria-label={`Remove header ${header}`}
                onClick={() => setHeaders(Object.fromEntries(Object.entries(headers).filter(([each]) => each !== header)))}
              >
                <Trash2 size={14} aria-hidden />
              </button>
            }
          />
        ))}
        <div className="row" style={{ flexWrap: 'nowrap' }}>
          <input
            className="input input-small"
            aria-label="Name of a new header"
            placeholder="X-Header"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <button
            type="button"
            className="btn btn-small"
            disabled={!isName}
            onClick={() => {
              setHeaders({ ...headers, [name]: '' });
              setName('');
            }}
          >
            <Plus size={14} aria-hidden /> Add
          </button>
        </div>
      </fieldset>
      <div className="field">
        <span className="legend">Body (JSON)</span>
        <JsonInput label="Body" value={input['body']} onChange={(body) => setInput({ ...input, body })} />
        <span className="hint">{'Values may be {"$var": "trigger.new.name"}. Left empty, the event and the record are sent.'}</span>
      </div>
    </div>
  );
}
