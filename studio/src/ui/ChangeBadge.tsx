import { changeState, originOf, type ChangeState, type Draft } from '../draft/draft.js';

const WORDS: Record<Exclude<ChangeState, 'unchanged'>, { text: string; tone: string }> = {
  added: { text: 'New', tone: 'badge-success' },
  changed: { text: 'Edited', tone: 'badge-accent' },
  retired: { text: 'Retired', tone: 'badge-danger' },
};

/** Marks what the draft does to an element, in words as well as colour. */
export function ChangeBadge({ state }: { state: ChangeState }) {
  if (state === 'unchanged') return null;
  const { text, tone } = WORDS[state];
  return <span className={`badge ${tone}`}>{text}</span>;
}

/** Origin of an element: the pack it ships in, or made here. */
export function OriginBadge({ origin }: { origin: string }) {
  return <span className={origin === 'tenant' ? 'badge badge-accent' : 'badge'}>{origin === 'tenant' ? 'Made here' : origin}</span>;
}

/** The last two columns of a list of elements, and what stands in them. */
export const DRAFT_COLUMNS = ['Origin', 'Draft'] as const;

export function DraftCells({ draft, id }: { draft: Draft; id: string }) {
  return (
    <>
      <td>
        <OriginBadge origin={originOf(draft, id)} />
      </td>
      <td>
        <ChangeBadge state={changeState(draft, id)} />
      </td>
    </>
  );
}
