import type { PlanAnswer } from '@fieldstone/metadata/types/wire.js';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { flushDraft, useDraft, useDraftStore } from '../../api/draft-store.js';
import { makePlan } from '../../api/metadata.js';
import { problemsOfIssues, type Problems } from '../../api/problems.js';
import type { Draft } from '../../draft/draft.js';
import { issuePlace } from '../plans/issue-place.js';

type Issue = PlanAnswer['issues'][number];

const SETTLED_MS = 800;

/**
 * What the server finds wrong with one element of the draft, at the controls that edit it: its shape when it is saved, and what it means when the
 * draft is checked as a whole.
 *
 * Shape: controls are named by JSON Pointers into the document. Nothing is asked while the element is as it is published. A check that does not come
 *        about says nothing here: the draft says by itself whether it is saved, and the review checks again.
 */
export function useProblems(id: string, controls: readonly string[]): Problems {
  const draft = useDraft();
  const info = useDraftStore((state) => state.info?.id);
  const refused = useDraftStore(({ save }) => (save.kind === 'failed' && save.id === id ? save.issues : undefined));
  const settled = useSettled(draft);
  const plan = useQuery({
    queryKey: ['check', info, settled.revision, [...settled.changes.values()]],
    enabled: settled.changes.has(id),
    gcTime: 0,
    retry: false,
    placeholderData: (former: PlanAnswer | undefined) => former,
    queryFn: async () => {
      if (!(await flushDraft())) throw new Error('the draft is not saved');
      return makePlan(useDraftStore.getState().info?.id);
    },
  });
  if (!draft.changes.has(id)) return problemsOfIssues([], controls);
  return problemsOfIssues(refused ?? issuesOf(draft, id, plan.data?.issues ?? []), controls);
}

/** Those of the problems of a draft that are about one element. */
export const issuesOf = (draft: Draft, id: string, issues: readonly Issue[]): Issue[] =>
  issues.filter((issue) => issuePlace(draft, issue).id === id);

/** A value once it has not changed for a moment. */
function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
