import { FIELD_TYPES, type FieldType } from '../../draft/field-types.js';
import './fields.css';

export function TypePicker({ value, onChange }: { value: FieldType; onChange: (type: FieldType) => void }) {
  const groups = [...new Set(FIELD_TYPES.map((info) => info.group))];
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
                onChange={() => onChange(info.type)}
              />
              {info.label}
            </label>
          ))}
        </div>
      ))}
    </fieldset>
  );
}
