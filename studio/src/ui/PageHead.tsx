import type { ReactNode } from 'react';

type Props = {
  title: ReactNode;
  /** Beside the title. */
  badge?: ReactNode;
  /** What it is for, in a sentence or two. */
  children?: ReactNode;
  /** Where the page belongs: links to the pages above it, and its own name. */
  path?: ReactNode;
  action?: ReactNode;
};

/** The head of a page: its name, what it is for, and what can be done with all that is on it. */
export function PageHead({ title, badge, children, path, action }: Props) {
  return (
    <div className="page-head">
      <div>
        {path !== undefined && (
          <nav className="crumbs" aria-label="Path">
            {path}
          </nav>
        )}
        {badge === undefined ? (
          <h1>{title}</h1>
        ) : (
          <div className="row">
            <h1>{title}</h1>
            {badge}
          </div>
        )}
        {children !== undefined && <p>{children}</p>}
      </div>
      {action}
    </div>
  );
}
