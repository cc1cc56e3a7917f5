import { useId, type ReactNode } from 'react';

type FieldProps = { label: string; hint?: ReactNode; error?: string | undefined };

function Wrapper({ id, label, hint, error, children }: FieldProps & { id: string; children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {hint !== undefined && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {error !== undefined && (
        <span className="error" id={`${id}-error`} role="alert">
          {error}
        </span>
      )}
    </div>
  );
}

const described = (id: string, hint: ReactNode, error: string | undefined) => ({
  'aria-describedby': [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].join(' ').trim() || undefined,
  'aria-invalid': error === undefined ? undefined : true,
});

type TextProps = FieldProps & {
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  type?: 'text' | 'email' | 'password' | 'number' | 'date' | 'datetime-local';
  placeholder?: string;
  mono?: boolean;
  required?: boolean;
  autoFocus?: boolean;
  autoComplete?: string;
  maxLength?: number;
  list?: string;
  disabled?: boolean;
};

export function TextField({ label, hint, error, value, onChange, type = 'text', mono = false, required = false, ...rest }: TextProps) {
  const id = useId();
  return (
    <Wrapper id={id} label={label} hint={hint} error={error}>
      <input
        id={id}
        className={mono ? 'input mono' : 'input'}
        type={type}
        value={value}
        aria-required={required || undefined}
        onChange={(event) => onChange(event.target.value)}
        {...described(id, hint, error)}
        {...rest}
      />
    </Wrapper>
  );
}

type AreaProps = FieldProps & {
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  rows?: number;
  mono?: boolean;
  maxLength?: number;
  placeholder?: string;
  required?: boolean;
  autoFocus?: boolean;
};

export function AreaField({ label, hint, error, value, onChange, rows = 3, mono = false, required = false, ...rest }: AreaProps) {
  const id = useId();
  return (
    <Wrapper id={id} label={label} hint={hint} error={error}>
      <textarea
        id={id}
        className={mono ? 'input mono' : 'input'}
        rows={rows}
        value={value}
        spellCheck={!mono}
        aria-required={required || undefined}
        onChange={(event) => onChange(event.target.value)}
        {...described(id, hint, error)}
        {...rest}
      />
    </Wrapper>
  );
}

export type Choice = { value: string; label: string; group?: string; disabled?: boolean };

type SelectProps = FieldProps & { value: string; onChange: (value: string) => void; choices: readonly Choice[]; disabled?: boolean };

export function SelectField({ label, hint, error, value, onChange, choices, disabled }: SelectProps) {
  const id = useId();
  return (
    <Wrapper id={id} label={label} hint={hint} error={error}>
      <select
        id={id}
        className="input"
        value={value}
        disabled={disabled}
        onChange={(event) => onChange(event.target.value)}
        {...described(id, hint, error)}
      >
        <Options choices={choices} />
      </select>
    </Wrapper>
  );
}

/** A select without a visible label, for rows whose heads say what it is. */
export function InlineSelect({
  label,
  value,
  onChange,
  choices,
  disabled,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  choices: readonly Choice[];
  disabled?: boolean;
}) {
  return (
    <select
      className="input input-small"
      aria-label={label}
      value={value}
      disabled={disabled}
      onChange={(event) => onChange(event.target.value)}
    >
      <Options choices={choices} />
    </select>
  );
}

function Options({ choices }: { choices: readonly Choice[] }) {
  const groups = [...new Set(choices.map((choice) => choice.group))];
  const option = (choice: Choice) => (
    <option key={choice.value} value={choice.value} disabled={choice.disabled}>
      {choice.label}
    </option>
  );
  return groups.map((group) =>
    group === undefined ? (
      choices.filter((choice) => choice.group === undefined).map(option)
    ) : (
      <optgroup key={group} label={group}>
        {choices.filter((choice) => choice.group === group).map(option)}
      </optgroup>
    ),
  );
}

export function CheckField({
  label,
  hint,
  checked,
  onChange,
  disabled,
}: {
  label: ReactNode;
  hint?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onChange(event.target.checked)} />
      <span>
        {label}
        {hint !== undefined && <span className="hint">{hint}</span>}
      </span>
    </label>
  );
}
