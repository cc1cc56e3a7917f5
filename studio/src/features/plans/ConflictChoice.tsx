import { useId, useState, type ReactNode } from 'react';
import { AreaField } from '../../ui/Field.js';
import './conflict.css';

type Side<Take extends string> = { readonly take: Take; readonly label: string; readonly text: string };

type Props<Take extends string> = {
  title: string;
  /** What there is to know before choosing. */
  about: ReactNode;
  sides: readonly Side<Take>[];
  /** What was chosen when it is first shown; "value" is a value of one's own. */
  take: Take | 'value' | undefined;
  /** Where a value of one's own begins; undefined where there can be none. */
  start: unknown;
  isReadOnly?: boolean;
  /** Keeps a choice; gives what is wrong with it. */
  onTake: (take: Take) => Promise<string | undefined> | undefined;
  onValue: (value: unknown) => Promise<string | undefined> | undefined;
  children?: ReactNode;
};

/** One property that two sides changed, and the choice between them, or for another value. */
export function ConflictChoice<Take extends string>(props: Props<Take>) {
  const { title, about, sides, start, isReadOnly = false, onTake, onValue, children } = props;
  const group = useId();
  const [take, setTake] = useState(props.take);
  const [error, setError] = useState<string>();
  const choose = async (next: Take) => {
    setTake(next);
    setError(await onTake(next));
  };
  const choice = (value: Take | 'value', label: string, text: string | undefined, onChoose: () => void) => (
    <label key={value} className="conflict-choice">
      <input type="radio" name={group} checked={take === value} disabled={isReadOnly} onChange={onChoose} />
      <span className="grow">
        <b>{label}</b>
        {text !== undefined && <code className="conflict-value">{text}</code>}
      </span>
    </label>
  );
  return (
    <fieldset className="card card-body stack conflict">
      <legend className="conflict-title">{title}</legend>
      <div className="muted small">{about}</div>
      {sides.map(({ take: value, label, text }) => choice(value, label, text, () => void choose(value)))}
      {start !== undefined && choice('value', 'Another value', undefined, () => setTake('value'))}
      {start !== undefined && take === 'value' && (
        <OwnValue start={start} isReadOnly={isReadOnly} onError={setError} onUse={async (value) => setError(await onValue(value))} />
      )}
      {error !== undefined && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      {children}
    </fieldset>
  );
}

type OwnProps = { start: unknown; isReadOnly: boolean; onError: (message: string) => void; onUse: (value: unknown) => Promise<void> };

function OwnValue({ start, isReadOnly, onError, onUse }: OwnProps) {
  const isText = typeof start === 'string';
  const [text, setText] = useState(() => (typeof start === 'string' ? start : JSON.stringify(start, null, 2)));
  const use = () => {
    const value = isText ? text : parse(text);
    if (value === undefined) onError('Write the value as JSON: a text in double quotes, a number, a list.');
    else void onUse(value);
  };
  return (
    <div className="stack-2">
      <AreaField label="Value" rows={isText ? 2 : 5} mono={!isText} value={text} onChange={setText} />
      <div>
        <button type="button" className="btn btn-small" disabled={isReadOnly} onClick={use}>
          Use this value
        </button>
      </div>
    </div>
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** `/options/value=hot/label` as people read it. */
export const placeText = (path: string): string =>
  path === ''
    ? 'the whole element'
    : path
        .split('/')
        .slice(1)
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
        .map((part) => (part === '$order' ? 'order' : part.replace(/^[a-z,]+=/, '')))
        .join(' / ');
