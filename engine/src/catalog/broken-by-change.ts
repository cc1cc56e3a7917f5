import { canonicalJson } from '../kernel/hash.js';
import type { Issue } from '../kernel/errors.js';
import type { SourceDocument } from '../model/types.js';
import { placeOf } from '../planner/sources.js';

const REFERENCE = /^unknown_/;

/**
 * Says of documents that nobody touched why they are in the list: what they refer to goes, or is called otherwise, with the change. So whoever
 * retires an object reads what has to be decided first.
 */
export function explainBroken(issues: readonly Issue[], wanted: readonly SourceDocument[], applied: readonly SourceDocument[]): Issue[] {
  const before = new Set(applied.map(({ document }) => canonicalJson(document)));
  const untouched = new Set(wanted.filter(({ document }) => before.has(canonicalJson(document))).map((source) => placeOf(source).file));
  return issues.map((issue) =>
    REFERENCE.test(issue.code) && issue.file !== undefined && untouched.has(issue.file)
      ? { ...issue, message: `${issue.message} It was there before this change: retire or change what refers to it first.` }
      : issue,
  );
}
