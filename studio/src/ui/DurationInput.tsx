import { durationSeconds, durationText, spokenDuration, typedDuration } from '@fieldstone/metadata/language/durations.js';
import { useState } from 'react';

/** A duration as people write it; given on as ISO 8601, and as it was typed while it is none. A plain number of the language is seconds. */
export function DurationInput({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState<string>();
  const seconds = durationSeconds(value) ?? (/^\d{1,15}$/.test(value) ? Number(value) : undefined);
  return (
    <input
      className="input input-small"
      style={{ width: 120 }}
      aria-label={label}
      placeholder="1h 30m"
      value={typed ?? (seconds === undefined ? value : spokenDuration(seconds))}
      onChange={(event) => {
        const text = event.target.value;
        const read = durationSeconds(text) ?? typedDuration(text);
        setTyped(text);
        onChange(read === undefined ? text : durationText(read));
      }}
      onBlur={() => setTyped(undefined)}
    />
  );
}
