import type { Viewing } from '@fieldstone/metadata/types/wire.js';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Eye, RotateCw } from 'lucide-react';
import { messageOf } from '../../api/client.js';
import { readViewings } from '../../api/people.js';
import { ListCard } from '../../ui/ListCard.js';
import { PageHead } from '../../ui/PageHead.js';
import { Empty, Failure, Loading } from '../../ui/states.js';
import { timeText, tookText } from '../workflows/run-words.js';

/** Who looked at the screens of whom, newest first. */
export function ViewingsPage() {
  const viewings = useInfiniteQuery({
    queryKey: ['viewings'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => readViewings(pageParam),
    getNextPageParam: ({ page }) => page.next ?? undefined,
  });
  if (viewings.isPending) return <Loading label="Loading the viewings" />;
  const list = viewings.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <div className="page">
      <PageHead
        title="Viewed as"
        action={
          <button type="button" className="btn" onClick={() => void viewings.refetch()}>
            <RotateCw size={15} aria-hidden /> Refresh
          </button>
        }
      >
        Who looked at the screens of somebody else, for how long, and the reason they gave. Nothing can be changed meanwhile.
      </PageHead>
      <ListCard
        label="Viewings"
        columns={['Who', 'As whom', 'From', 'How long', 'Reason']}
        rows={viewings.isError ? [] : list}
        empty={
          viewings.isError ? (
            <Failure title="The viewings can not be read" message={messageOf(viewings.error)} retry={() => void viewings.refetch()} />
          ) : (
            <Empty icon={<Eye size={28} aria-hidden />} title="Nobody looked at the screens of others">
              Whoever may, starts it under Users with “View as”, and says why.
            </Empty>
          )
        }
        row={(viewing) => (
          <tr key={viewing.id}>
            <td className="cell-title">{nameOf(viewing.viewer)}</td>
            <td>{nameOf(viewing.person)}</td>
            <td>{timeText(viewing.from)}</td>
            <td>{lengthOf(viewing)}</td>
            <td className="cell-text">{viewing.reason ?? <span className="muted">None was asked for</span>}</td>
          </tr>
        )}
      />
      {viewings.hasNextPage && (
        <div>
          <button type="button" className="btn" disabled={viewings.isFetchingNextPage} onClick={() => void viewings.fetchNextPage()}>
            Show older ones
          </button>
        </div>
      )}
    </div>
  );
}

const nameOf = (person: Viewing['viewer']) => person?.name ?? <span className="muted">Somebody who is gone</span>;

function lengthOf({ from, until, isOn }: Viewing) {
  if (isOn) return <span className="badge badge-info">Looks now</span>;
  return until === null ? <span className="muted">Not known</span> : tookText(from, until);
}
