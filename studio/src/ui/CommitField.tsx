import { useState } from 'react';
import { AreaField, TextField } from './Field.js';

type Props = {
  label: string;
  value: string;
  onCommit: (value: string) => void;
  /** What is wrong with a typed value; such a value stays in the field and is not committed. */
  check?: (value: string) => string | undefined;
  /** What is wrong with the value as it is. */
  error?: string | undefined;
  disabled?: boolean;
  hint?: string;
  mono?: boolean;
  multiline?: boolean;
  rows?: number;
  placeholder?: string;
  maxLength?: number;
};

/** A text that becomes an edit when the person leaves the field, so that one change is one step of undo. */
export function CommitField({ value, onCommit, check, error, multiline = false, rows = 3, disabled = false, ...rest }: Props) {
  const [typed, setTyped] = useState(value);
  const [shownFor, setShownFor] = useState(value);
  if (shownFor !== value) {
    // Undo, redo or another form changed the value: show that.
    setShownFor(value);
    setTyped(value);
  }
  const problem = typed === value ? undefined : check?.(typed);
  const commit = () => {
    if (typed !== value && problem === undefined) onCommit(typed);
  };
  const shared = { ...rest, value: typed, onChange: setTyped, onBlur: commit, error: problem ?? error };
  return multiline ? <AreaField {...shared} rows={rows} /> : <TextField {...shared} disabled={disabled} />;
}
