import { MAX_FORMULA_LENGTH } from '@fieldstone/metadata/language/formula-limits.js';
import type { FormulaIssue } from '@fieldstone/metadata/language/parse-formula.js';
import type { ObjectDocument } from '@fieldstone/metadata/types/documents.js';
import { lazy, Suspense, useId, useLayoutEffect, useMemo, useRef, type RefObject } from 'react';
import { useDraft } from '../../api/draft-store.js';
import { scopeOf } from '../../draft/scope.js';
import { placeText } from './computed-problems.js';
import type { FieldForm } from './field-form.js';
import { TryFormula } from './TryFormula.js';

/** The code editor is fetched when somebody writes a formula. */
const FormulaEditor = lazy(() => import('./FormulaEditor.js'));

type Props = {
  form: FieldForm;
  object: ObjectDocument;
  issues: readonly FormulaIssue[];
  /** What is said when the form is sent; shown while the formula is empty. */
  error: string | undefined;
  onChange: (formula: string) => void;
};

/** A formula with what is wrong with it, and its value on a record. */
export function FormulaInput({ form, object, issues, error, onChange }: Props) {
  const draft = useDraft();
  const scope = useMemo(() => scopeOf(draft, object.name, ['user']), [draft, object.name]);
  const id = useId();
  const isEmpty = form.formula.trim() === '';
  // Handed on as a reference: the plain one says where its caret was only when it goes, after the editor has been rendered.
  const caret = useRef<number | null>(null);
  return (
    <div className="stack-2" role="group" aria-labelledby={`${id}-label`}>
      <span className="legend" id={`${id}-label`}>
        Formula
      </span>
      <Suspense fallback={<PlainFormula value={form.formula} onChange={onChange} caret={caret} />}>
        <FormulaEditor value={form.formula} scope={scope} issues={issues} onChange={onChange} caret={caret} />
      </Suspense>
      <span className="muted small">Fields by their API names, a dot follows a link. Ctrl+Space shows what can be written.</span>
      {isEmpty && error !== undefined && (
        <p className="error-text" role="alert">
          {error}
        </p>
      )}
      {issues.length > 0 && (
        <div className="error-text" role="status">
          <ul>
            {issues.map((issue, index) => (
              <li key={index}>{placeText(issue)}</li>
            ))}
          </ul>
        </div>
      )}
      {!isEmpty && issues.length === 0 && <TryFormula form={form} object={object} />}
    </div>
  );
}

type PlainProps = { value: string; onChange: (formula: string) => void; caret: RefObject<number | null> };

/** Stands in while the editor is fetched. Who writes already goes on in the editor where they are: not a letter is lost. */
function PlainFormula({ value, onChange, caret }: PlainProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const element = area.current;
    return () => {
      const isWriting = element !== null && element.ownerDocument.activeElement === element;
      caret.current = isWriting ? element.selectionStart : null;
    };
  }, [caret]);
  return (
    <textarea
      ref={area}
      className="input mono"
      rows={4}
      aria-label="Formula"
      maxLength={MAX_FORMULA_LENGTH}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
