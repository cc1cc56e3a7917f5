import type { ReactNode } from 'react';

type Props = {
  title: ReactNode;
  /** What it is for, in a sentence or two. */
  children: ReactNode;
  /** Where the page belongs: links to the pages above it, and its own name. */
  path?: ReactNode;
  action?: ReactNode;
};

/** The head of a page: its name, what it is for, and what can be done with all that is on it. */
export function PageHead({ title, children, path, action }: Props) {
  return (
    <div className="page-head">
      <div>
        {path !== undefined && (
          <nav className="crumbs" aria-label="Path">
            {path}
          </nav>
        )}
        <h1>{title}</h1>
        <p>{children}</p>
      </div>
      {action}
    </div>
  );
}
