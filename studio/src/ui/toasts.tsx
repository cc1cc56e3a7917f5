import { X } from 'lucide-react';
import { useEffect } from 'react';
import { create } from 'zustand';

type Toast = { id: number; text: string; tone: 'info' | 'danger'; action?: { label: string; run: () => void } };

const useToasts = create<{ list: readonly Toast[] }>(() => ({ list: [] }));
let nextId = 1;

export function toast(text: string, options: { tone?: 'info' | 'danger'; action?: { label: string; run: () => void } } = {}): void {
  const entry: Toast = {
    id: nextId++,
    text,
    tone: options.tone ?? 'info',
    ...(options.action === undefined ? {} : { action: options.action }),
  };
  useToasts.setState(({ list }) => ({ list: [...list.slice(-2), entry] }));
}

const dismiss = (id: number) => useToasts.setState(({ list }) => ({ list: list.filter((entry) => entry.id !== id) }));

/** Messages that come and go, read out through one live region. */
export function Toasts() {
  const list = useToasts((state) => state.list);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {list.map((entry) => (
        <ToastLine key={entry.id} entry={entry} />
      ))}
    </div>
  );
}

const SHOWN_MS = 7_000;

function ToastLine({ entry }: { entry: Toast }) {
  useEffect(() => {
    const timer = setTimeout(() => dismiss(entry.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [entry.id]);
  return (
    <div className={`toast toast-${entry.tone}`}>
      <span className="grow">{entry.text}</span>
      {entry.action !== undefined && (
        <button
          type="button"
          className="btn btn-small"
          onClick={() => {
            entry.action?.run();
            dismiss(entry.id);
          }}
        >
          {entry.action.label}
        </button>
      )}
      <button type="button" className="btn btn-plain btn-icon" aria-label="Dismiss" onClick={() => dismiss(entry.id)}>
        <X size={15} aria-hidden />
      </button>
    </div>
  );
}
