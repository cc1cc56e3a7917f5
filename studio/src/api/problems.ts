import type { Problem } from '@fieldstone/metadata/types/wire.js';
import { ApiError, messageOf } from './client.js';

/** What the server found wrong with a form: what belongs to one of its controls, and what belongs to none, which is said above or below them all. */
export type Problems = { readonly at: (path: string) => string | undefined; readonly rest: string | undefined };
type Issue = Pick<Problem['issues'][number], 'path' | 'message'>;

/**
 * Gives each problem of an answer to the control that it is about.
 *
 * Shape: controls are named by the JSON Pointer of what they send ("/email"). What is wrong within it ("/members/2") is theirs too; where several
 *        would do, the one that says most. A message that none takes is in `rest`, and so is an answer without a list of problems.
 */
export function problemsOf(error: unknown, controls: readonly string[]): Problems {
  if (error === null || error === undefined) return problemsOfIssues([], controls);
  const issues = error instanceof ApiError ? (error.problem?.issues ?? []) : [];
  return issues.length === 0 ? { at: () => undefined, rest: messageOf(error) } : problemsOfIssues(issues, controls);
}

/** The same for a list of problems. */
export function problemsOfIssues(issues: readonly Issue[], controls: readonly string[]): Problems {
  const told = new Map<string, string[]>();
  const others: string[] = [];
  for (const { path, message } of issues) {
    const [control] = controls
      .filter((each) => path === each || path.startsWith(`${each}/`))
      .toSorted((one, other) => other.length - one.length);
    if (control === undefined) others.push(message);
    else told.set(control, [...(told.get(control) ?? []), message]);
  }
  return { at: (path) => join(told.get(path)), rest: join(others) };
}

const join = (messages: readonly string[] = []): string | undefined =>
  messages.length === 0 ? undefined : [...new Set(messages)].join(' ');
