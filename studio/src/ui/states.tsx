import { AlertTriangle, CloudOff, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';

type EmptyProps = { icon?: ReactNode; title: string; children?: ReactNode; action?: ReactNode; heading?: 'h1' | 'h2' | 'h3' };

export function Empty({ icon, title, children, action, heading: Heading = 'h2' }: EmptyProps) {
  return (
    <div className="empty">
      {icon}
      <Heading>{title}</Heading>
      {children !== undefined && <p>{children}</p>}
      {action}
    </div>
  );
}

type FailureProps = { title: string; message: string; retry?: () => void; heading?: 'h1' | 'h2' };

export function Failure({ title, message, retry, heading: Heading = 'h2' }: FailureProps) {
  return (
    <div className="empty" role="alert">
      {message.includes('can not be reached') ? <CloudOff size={28} aria-hidden /> : <AlertTriangle size={28} aria-hidden />}
      <Heading>{title}</Heading>
      <p>{message}</p>
      {retry !== undefined && (
        <button type="button" className="btn" onClick={retry}>
          <RotateCw size={15} aria-hidden /> Try again
        </button>
      )}
    </div>
  );
}

export function Loading({ label = 'Loading', lines = 6 }: { label?: string; lines?: number }) {
  return (
    <div className="page" role="status" aria-label={label}>
      <div className="skeleton" style={{ width: '220px', height: '22px' }} />
      <div className="card card-body stack">
        {Array.from({ length: lines }, (_, index) => (
          <div key={index} className="skeleton" style={{ width: `${92 - ((index * 13) % 40)}%` }} />
        ))}
      </div>
    </div>
  );
}

/** Why something was refused, where it was asked for. */
export function Refusal({ text }: { text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p className="note note-danger" role="alert">
      {text}
    </p>
  );
}
