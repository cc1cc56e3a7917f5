import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { suggestName } from '../../draft/names.js';
import { InlineSelect } from '../../ui/Field.js';
import type { FieldOption } from './field-form.js';

const COLORS = ['neutral', 'accent', 'success', 'warning', 'danger', 'info'] as const;
const COLOR_CHOICES = COLORS.map((color) => ({ value: color, label: color[0]?.toUpperCase() + color.slice(1) }));

/** No choice has this code. */
const NONE = '-';

type Props = {
  options: readonly FieldOption[];
  saved: ReadonlySet<string>;
  onChange: (options: FieldOption[]) => void;
  error?: string | undefined;
};

/** Choices in order. The code of a choice that records may already hold is fixed; such a choice can be made inactive, or another one takes its place. */
export function OptionEditor({ options, saved, onChange, error }: Props) {
  const set = (index: number, patch: Partial<FieldOption>) =>
    onChange(options.map((option, at) => (at === index ? { ...option, ...patch } : option)));
  const move = (index: number, by: number) => {
    const next = [...options];
    const [moved] = next.splice(index, 1);
    if (moved !== undefined) next.splice(index + by, 0, moved);
    onChange(next);
  };
  const relabel = (index: number, label: string) => {
    const option = options[index];
    if (option === undefined) return;
    const followed = !saved.has(option.value) && (option.value === '' || option.value === suggestCode(option.label, options, index));
    set(index, followed ? { label, value: suggestCode(label, options, index) } : { label });
  };
  const remove = (index: number) => onChange(options.filter((_, at) => at !== index));
  /** Choices that can take the place of another one. */
  const othersOf = (option: FieldOption) =>
    options.filter((other) => other !== option && other.value !== '' && other.inactive !== true && other.replacedBy === undefined);
  const replace = (index: number, by: string | undefined) => {
    if (by === NONE) remove(index);
    else onChange(options.map((each, at) => (at === index ? withReplacement(each, by) : each)));
  };
  return (
    <fieldset className="stack-2">
      <legend className="legend">Choices</legend>
      {options.length > 0 && (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Label</th>
              <th scope="col">Code</th>
              <th scope="col">Colour</th>
              <th scope="col">Active</th>
              <th scope="col">
                <span className="sr">Order</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {options.map((option, index) => (
              // The position is the identity while codes are typed.
              <tr key={index}>
                <td>
                  <input
                    className="input input-small"
                    aria-label={`Label of choice ${index + 1}`}
                    value={option.label}
                    maxLength={120}
                    onChange={(event) => relabel(index, event.target.value)}
                  />
                </td>
                <td>
                  <input
                    className="input input-small mono"
                    aria-label={`Code of choice ${index + 1}`}
                    value={option.value}
                    disabled={saved.has(option.value)}
                    onChange={(event) => set(index, { value: event.target.value })}
                  />
                </td>
                <td>
                  <span className="row" style={{ flexWrap: 'nowrap' }}>
                    <span className={`dot dot-${option.color ?? 'neutral'}`} aria-hidden />
                    <InlineSelect
                      label={`Colour of choice ${index + 1}`}
                      value={option.color ?? 'neutral'}
                      onChange={(color) => set(index, { color: COLORS.find((each) => each === color) ?? 'neutral' })}
                      choices={COLOR_CHOICES}
                    />
                  </span>
                </td>
                <td>
                  <input
                    type="checkbox"
                    aria-label={`Choice ${index + 1} is active`}
                    checked={option.inactive !== true && option.replacedBy === undefined}
                    disabled={option.replacedBy !== undefined}
                    onChange={(event) =>
                      onChange(options.map((each, at) => (at === index ? withInactive(each, !event.target.checked) : each)))
                    }
                  />
                </td>
                <td className="actions">
                  <button
                    type="button"
                    className="btn btn-plain btn-icon"
                    aria-label={`Move choice ${index + 1} up`}
                    disabled={index === 0}
                    onClick={() => move(index, -1)}
                  >
                    <ArrowUp size={14} aria-hidden />
                  </button>
                  <button
                    type="button"
                    className="btn btn-plain btn-icon"
                    aria-label={`Move choice ${index + 1} down`}
                    disabled={index === options.length - 1}
                    onClick={() => move(index, 1)}
                  >
                    <ArrowDown size={14} aria-hidden />
                  </button>
                  <button
                    type="button"
                    className="btn btn-plain btn-icon"
                    aria-label={`Remove choice ${index + 1}`}
                    title={saved.has(option.value) ? 'Remove, and give records that hold it another choice' : 'Remove'}
                    disabled={option.replacedBy !== undefined}
                    onClick={() => (saved.has(option.value) ? replace(index, othersOf(option)[0]?.value ?? NONE) : remove(index))}
                  >
                    <Trash2 size={14} aria-hidden />
                  </button>
                  {option.replacedBy !== undefined && (
                    <span className="row option-replaced">
                      <span className="small">Records that hold it get</span>
                      <InlineSelect
                        label={`What takes the place of choice ${index + 1}`}
                        value={option.replacedBy}
                        onChange={(value) => replace(index, value)}
                        choices={[
                          ...othersOf(option).map((other) => ({ value: other.value, label: other.label })),
                          { value: NONE, label: 'Nothing: no record holds it' },
                        ]}
                      />
                      <button type="button" className="btn btn-small" onClick={() => replace(index, undefined)}>
                        Keep it
                      </button>
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div>
        <button
          type="button"
          className="btn btn-small"
          onClick={() => onChange([...options, { value: '', label: '', color: COLORS[options.length % COLORS.length] ?? 'neutral' }])}
        >
          <Plus size={14} aria-hidden /> Add choice
        </button>
      </div>
      {error !== undefined && (
        <span className="error-text" role="alert">
          {error}
        </span>
      )}
    </fieldset>
  );
}

function withReplacement(option: FieldOption, by: string | undefined): FieldOption {
  const { replacedBy: _, ...rest } = option;
  return by === undefined ? rest : { ...rest, replacedBy: by };
}

function withInactive(option: FieldOption, isInactive: boolean): FieldOption {
  const { inactive: _, ...rest } = option;
  return isInactive ? { ...rest, inactive: true } : rest;
}

/** Code suggested for a choice, made different from its neighbours. */
function suggestCode(label: string, options: readonly FieldOption[], index: number): string {
  const base = suggestName(label).replace(/^x_(?=\d)/, '');
  const taken = new Set(options.filter((_, at) => at !== index).map((option) => option.value));
  if (!taken.has(base)) return base;
  let number = 2;
  while (taken.has(`${base}_${number}`)) number += 1;
  return `${base}_${number}`;
}
