import { Fragment, type ReactNode } from 'react';

/** A template with its places marked: {{record.name}} shows as the label of the field. Blocks such as {{#if}} are shown as they are. */
export function marked(text: string, labelOf: (path: string) => string | undefined): ReactNode {
  const parts = text.split(/(\{\{[^{}]*\}\})/);
  return parts.map((part, index) => {
    const path = /^\{\{\s*record\.([\w.]+)\s*\}\}$/.exec(part)?.[1];
    if (path !== undefined) {
      const label = labelOf(path);
      return (
        <span key={index} className={label === undefined ? 'badge badge-danger' : 'badge badge-info'} title={part}>
          {label ?? `${path}?`}
        </span>
      );
    }
    return part.startsWith('{{') ? (
      <code key={index} className="muted">
        {part}
      </code>
    ) : (
      <Fragment key={index}>{part}</Fragment>
    );
  });
}
