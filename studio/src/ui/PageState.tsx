import type { UseQueryResult } from '@tanstack/react-query';
import { messageOf } from '../api/client.js';
import { Failure, Loading } from './states.js';

type Props = {
  /** What is read, as it goes after "the": "users". */
  what: string;
  queries: readonly Pick<UseQueryResult, 'isPending' | 'isError' | 'error' | 'refetch'>[];
};

/** A page until all it reads is here: that it is loading, or why it can not be read. Trying again asks for what failed. */
export function PageState({ what, queries }: Props) {
  if (queries.some(({ isPending }) => isPending)) return <Loading label={`Loading the ${what}`} />;
  const failed = queries.filter(({ isError }) => isError);
  const again = () => failed.forEach(({ refetch }) => void refetch());
  return (
    <div className="page">
      <Failure title={`The ${what} can not be read`} message={messageOf(failed[0]?.error)} retry={again} />
    </div>
  );
}
