import { isRouteErrorResponse, Link, useRouteError } from 'react-router';
import { messageOf } from '../../api/client.js';
import { Failure } from '../../ui/states.js';

/** A page that does not exist, or that failed while it was drawn. Edits are safe: they live outside the page. */
export function RouteError({ isInShell = false }: { isInShell?: boolean }) {
  const error = useRouteError();
  const isMissing = error === undefined || error === null || (isRouteErrorResponse(error) && error.status === 404);
  const Frame = isInShell ? 'div' : 'main';
  return (
    <Frame className="center">
      <div>
        <Failure
          heading="h1"
          title={isMissing ? 'There is no such page' : 'This page could not be shown'}
          message={isMissing ? 'The address may be mistyped, or the element was retired.' : messageOf(error)}
          {...(isMissing ? {} : { retry: () => window.location.reload() })}
        />
        <p style={{ textAlign: 'center' }}>
          <Link to="/objects">Go to the objects</Link>
        </p>
      </div>
    </Frame>
  );
}
