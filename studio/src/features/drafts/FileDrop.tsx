import { FileUp } from 'lucide-react';
import { useId, useRef, useState } from 'react';

/** Takes one file: chosen with a button, or dropped. */
export function FileDrop({ label, chosen, onFile }: { label: string; chosen: string | undefined; onFile: (file: File) => void }) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const take = (file: File | undefined) => {
    if (file !== undefined) onFile(file);
  };
  return (
    <div
      className={isOver ? 'file-drop file-drop-over' : 'file-drop'}
      role="group"
      aria-labelledby={id}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setOver(false);
        take(event.dataTransfer.files[0]);
      }}
    >
      <FileUp size={20} aria-hidden />
      <span id={id} className="grow">
        {label}
        <span className="hint">{chosen ?? 'Drop it here, or choose it.'}</span>
      </span>
      <button type="button" className="btn" onClick={() => input.current?.click()}>
        Choose a file
      </button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label={label}
        onChange={(event) => {
          take(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
    </div>
  );
}
