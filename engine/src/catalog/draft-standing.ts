import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { digest } from '../kernel/hash.js';
import { elementId } from '../model/element.js';
import type { SourceDocument } from '../model/types.js';
import { mergeDocuments, type MergeConflict, type Resolution } from '../planner/merge-documents.js';
import type { DraftChange, KeptDecision } from '../store/drafts.js';

/** A conflict with the decision that was kept about it, if it is about what the others say now. */
export type OpenConflict = MergeConflict & { readonly decision: KeptDecision | null };

/**
 * How a change stands against what is published now.
 *
 * Shape: `current` stands on it; `behind` merges with it by itself, or as decided; `conflict` has properties that nobody decided about.
 *        `document` is the merged one, null when the element is to go. `conflicts` has the decided ones too.
 */
export type Standing = {
  readonly kind: 'current' | 'behind' | 'conflict';
  readonly document: MetadataDocument | null;
  readonly head: MetadataDocument | null;
  readonly conflicts: readonly OpenConflict[];
};

export const headsOf = (sources: readonly SourceDocument[]): ReadonlyMap<string, MetadataDocument> =>
  new Map(sources.map(({ document }) => [elementId(document), document]));

export function standingOf(change: DraftChange, head: MetadataDocument | null): Standing {
  const headHash = head ? digest(head) : null;
  if (headHash === change.baseHash) return { kind: 'current', document: change.document, head, conflicts: [] };
  // A base that is not what its hash says can not be merged on: then every difference is to be decided.
  const base = change.base && digest(change.base) === change.baseHash ? change.base : null;
  const conflicts = mergeDocuments(base, change.document, head).conflicts.map((conflict) => ({
    ...conflict,
    decision: change.decisions.find(({ path, over }) => path === conflict.path && over === sideHash(conflict.theirs)) ?? null,
  }));
  const resolutions = conflicts.flatMap(({ decision }): Resolution[] => (decision === null ? [] : [resolutionOf(decision)]));
  const merge = mergeDocuments(base, change.document, head, resolutions);
  return { kind: merge.conflicts.length > 0 ? 'conflict' : 'behind', document: merge.merged, head, conflicts };
}

const resolutionOf = ({ path, take, value }: KeptDecision): Resolution => (take === 'value' ? { path, take, value } : { path, take });

/** Hash of one side of a conflict; a side without the property has one too. */
export const sideHash = (side: unknown): string => digest(side === undefined ? ['absent'] : ['value', side]);
