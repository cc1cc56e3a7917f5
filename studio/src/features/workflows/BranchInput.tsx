import { Plus, Trash2 } from 'lucide-react';
import { randomCode } from '../../draft/names.js';
import { withProperties } from '../../draft/without-undefined.js';
import type { BranchCase } from '../../graph/node-types.js';
import { CommitField } from '../../ui/CommitField.js';
import { ConditionEditor } from '../rules/ConditionEditor.js';
import type { InputProps } from './change-workflow.js';

export function BranchInput({ workflow, input, setInput }: InputProps) {
  const cases = (input['cases'] as BranchCase[] | undefined) ?? [];
  const setCase = (index: number, patch: { [K in keyof BranchCase]?: BranchCase[K] | undefined }) =>
    setInput({ ...input, cases: cases.map((each, at) => (at === index ? withProperties(each, patch) : each)) });
  const add = () =>
    setInput({
      ...input,
      cases: [...cases, { port: `c${randomCode(4)}`, label: `Case ${cases.length + 1}`, if: { is_empty: [{ var: 'owner' }] } }],
    });
  return (
    <div className="stack">
      {cases.map((each, index) => (
        <fieldset key={each.port} className="value-row">
          <div className="row-between">
            <legend className="legend">Case {index + 1}</legend>
            <button
              type="button"
              className="btn btn-plain btn-icon"
              aria-label={`Remove case ${index + 1}`}
              disabled={cases.length === 1}
              onClick={() => setInput({ ...input, cases: cases.filter((_, at) => at !== index) })}
            >
              <Trash2 size={14} aria-hidden />
            </button>
          </div>
          <CommitField
            label="Label"
            value={each.label ?? each.port}
            onCommit={(label) => setCase(index, { label: label.trim() === '' ? undefined : label.trim() })}
          />
          <ConditionEditor
            label="Taken when"
            object={workflow.object}
            allow={['previous', 'user', 'changed']}
            value={each.if}
            onChange={(condition) => setCase(index, { if: condition ?? { and: [] } })}
            emptyText="Add a test."
          />
        </fieldset>
      ))}
      <div>
        <button type="button" className="btn btn-small" disabled={cases.length >= 20} onClick={add}>
          <Plus size={14} aria-hidden /> Add case
        </button>
      </div>
      <p className="muted small">The first case that holds is taken; "else" when none does.</p>
    </div>
  );
}
