import { parseCondition } from '@fieldstone/metadata/language/parse-condition.js';
import type { ConditionJson } from '@fieldstone/metadata/types/documents.js';
import { Braces, ListTree } from 'lucide-react';
import { useId, useState } from 'react';
import { useDraft } from '../../api/draft-store.js';
import { readCondition, writeCondition } from '../../draft/condition-model.js';
import { scopeOf, type Allowed } from '../../draft/scope.js';
import { GroupEditor } from './GroupEditor.js';
import './rules.css';

type Props = {
  label: string;
  /** Object of the record the condition judges. */
  object: string;
  allow?: readonly Allowed[];
  value: ConditionJson | undefined;
  onChange: (value: ConditionJson | undefined) => void;
  /** What an empty condition means here. */
  emptyText: string;
};

/** A condition as tests and groups, or as its JSON; both are checked while they are edited. */
export function ConditionEditor({ label, object, allow = [], value, onChange, emptyText }: Props) {
  const draft = useDraft();
  const [mode, setMode] = useState<'builder' | 'json'>('builder');
  const labelId = useId();
  const checked = value === undefined ? undefined : parseCondition(value, scopeOf(draft, object, allow));
  return (
    <div className="condition" role="group" aria-labelledby={labelId}>
      <div className="row-between">
        <span className="legend" id={labelId}>
          {label}
        </span>
        <button type="button" className="btn btn-plain btn-small" onClick={() => setMode(mode === 'json' ? 'builder' : 'json')}>
          {mode === 'json' ? <ListTree size={14} aria-hidden /> : <Braces size={14} aria-hidden />}
          {mode === 'json' ? 'Edit as tests' : 'Edit as JSON'}
        </button>
      </div>
      {mode === 'json' ? (
        <JsonEditor label={label} value={value} onChange={onChange} />
      ) : (
        <GroupEditor
          object={object}
          allow={allow}
          group={readCondition(value)}
          onChange={(group) => onChange(writeCondition(group))}
          emptyText={emptyText}
          isRoot
        />
      )}
      {checked?.ok === false && (
        <ul className="error-text" role="status">
          {checked.issues.map((issue, index) => (
            <li key={index}>
              {issue.path !== '' && <code>{issue.path}</code>} {issue.message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function JsonEditor({
  label,
  value,
  onChange,
}: {
  label: string;
  value: ConditionJson | undefined;
  onChange: (value: ConditionJson | undefined) => void;
}) {
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)));
  const [problem, setProblem] = useState<string>();
  const apply = (typed: string) => {
    setText(typed);
    if (typed.trim() === '') {
      setProblem(undefined);
      onChange(undefined);
      return;
    }
    try {
      const json = JSON.parse(typed) as unknown;
      if (typeof json !== 'object' || json === null || Array.isArray(json)) {
        setProblem('A condition is one operator with its operands, such as {"==":[{"var":"status"},"open"]}.');
        return;
      }
      setProblem(undefined);
      onChange(json as ConditionJson);
    } catch (error) {
      setProblem(placeOf(typed, error));
    }
  };
  return (
    <>
      <textarea
        className="input mono"
        rows={Math.min(16, Math.max(5, text.split('\n').length + 1))}
        aria-label={`${label}, JSON`}
        aria-invalid={problem !== undefined}
        spellCheck={false}
        value={text}
        onChange={(event) => apply(event.target.value)}
      />
      {problem !== undefined && (
        <p className="error-text" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

/** Line and column of a syntax error, where the browser tells the position. */
function placeOf(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const at = /position (\d+)/.exec(message)?.[1];
  if (at === undefined) return 'This is not readable JSON yet.';
  const before = text.slice(0, Number(at)).split('\n');
  return `The JSON breaks off at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}.`;
}
