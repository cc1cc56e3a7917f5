import type { FormulaIssue } from '@fieldstone/metadata/language/parse-formula.js';
import type { ObjectDocument } from '@fieldstone/metadata/types/documents.js';
import { AreaField } from '../../ui/Field.js';
import { placeText } from './computed-problems.js';
import type { FieldForm } from './field-form.js';

type Props = {
  form: FieldForm;
  object: ObjectDocument;
  issues: readonly FormulaIssue[];
  /** What is said when the form is sent; shown while the formula is empty. */
  error: string | undefined;
  onChange: (formula: string) => void;
};

/** A formula with what is wrong with it. */
export function FormulaInput({ form, issues, error, onChange }: Props) {
  return (
    <div className="stack-2">
      <AreaField
        label="Formula"
        mono
        rows={4}
        value={form.formula}
        onChange={onChange}
        maxLength={5000}
        error={form.formula.trim() === '' ? error : undefined}
        hint="Fields by their API names, such as amount * (1 - discount / 100); account.name reads a field of a link."
      />
      {issues.length > 0 && (
        <ul className="error-text" role="status">
          {issues.map((issue, index) => (
            <li key={index}>{placeText(issue)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
