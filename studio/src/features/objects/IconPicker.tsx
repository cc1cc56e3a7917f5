import { OBJECT_ICONS } from '../../ui/ObjectIcon.js';
import './icon-picker.css';

export function IconPicker({ value, onChange }: { value: string; onChange: (icon: string) => void }) {
  return (
    <fieldset>
      <legend className="legend">Icon</legend>
      <div className="icon-picker">
        {Object.entries(OBJECT_ICONS).map(([name, Icon]) => (
          <label key={name} title={name.replaceAll('-', ' ')}>
            <input
              className="sr"
              type="radio"
              name="icon"
              value={name}
              checked={value === name}
              onChange={() => onChange(name)}
              aria-label={name.replaceAll('-', ' ')}
            />
            <Icon size={16} aria-hidden />
          </label>
        ))}
      </div>
    </fieldset>
  );
}
