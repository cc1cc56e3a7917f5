import { useId } from 'react';
import type { Choice } from './Field.js';

type Props = {
  label: string;
  hint?: string;
  error?: string | undefined;
  choices: readonly Choice[];
  value: readonly string[];
  onChange: (value: string[]) => void;
};

/** Several of a few choices, in the order of the choices. */
export function TickList({ label, hint, error, choices, value, onChange }: Props) {
  const id = useId();
  const set = (code: string, isOn: boolean) =>
    onChange(choices.map((choice) => choice.value).filter((each) => (each === code ? isOn : value.includes(each))));
  return (
    <div role="group" aria-labelledby={id} aria-describedby={error === undefined ? undefined : `${id}-error`}>
      <span className="legend" id={id}>
        {label}
      </span>
      {hint !== undefined && <span className="muted small">{hint}</span>}
      <span className="ticks">
        {choices.map((choice) => (
          <label key={choice.value}>
            <input
              type="checkbox"
              disabled={choice.disabled}
              checked={value.includes(choice.value)}
              onChange={(event) => set(choice.value, event.target.checked)}
            />{' '}
            {choice.label}
          </label>
        ))}
      </span>
      {error !== undefined && (
        <p className="error-text" role="alert" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}
