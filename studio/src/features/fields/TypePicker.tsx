import { possibleTypes } from '@fieldstone/metadata/language/type-changes.js';
import { FIELD_TYPES } from '../../draft/field-type-table.js';
import { typeLabel, type FieldType } from '../../draft/field-types.js';
import './fields.css';

type Props = {
  value: FieldType;
  onChange: (type: FieldType) => void;
  /** The type that the field has in what is published: its values must be able to become those of the new one. */
  published?: FieldType;
};

export function TypePicker({ value, onChange, published }: Props) {
  const groups = [...new Set(FIELD_TYPES.map((info) => info.group))];
  const possible = published === undefined ? undefined : new Set([published, ...possibleTypes(published)]);
  return (
    <fieldset className="type-picker">
      <legend className="legend">Type</legend>
      {groups.map((group) => (
        <div key={group}>
          <span className="small muted">{group}</span>
          {FIELD_TYPES.filter((info) => info.group === group).map((info) => (
            <label key={info.type}>
              <input
                className="sr"
                type="radio"
                name="type"
                value={info.type}
                checked={value === info.type}
                disabled={possible !== undefined && !possible.has(info.type)}
                onChange={() => onChange(info.type)}
              />
              {info.label}
            </label>
          ))}
        </div>
      ))}
      {published !== undefined && (
        <p className="muted small">
          {possible?.size === 1
            ? `Values of ${typeLabel(published)} can not become those of any other type.`
            : `There is no rule for how values of ${typeLabel(published)} become those of the types that can not be chosen.`}{' '}
          For these, add a second field, fill it, and retire this one: nobody has to wait for that.
        </p>
      )}
    </fieldset>
  );
}
