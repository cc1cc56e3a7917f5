import type { Problem } from '@fieldstone/metadata/types/wire.js';

/** A call that did not succeed. `offline` means that no answer came at all. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  readonly issues: Problem['issues'];
  readonly hint: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? problem.title ?? 'The request failed.');
    this.status = status;
    this.code = problem.code ?? (status === 0 ? 'offline' : 'failed');
    this.issues = problem.issues ?? [];
    this.hint = problem.hint;
    this.body = problem;
  }
}

/** Messages by field name, from the JSON Pointers of a problem; what belongs to no field comes back under ''. */
export function messagesByField(problem: ApiProblem): Map<string, string[]> {
  const messages = new Map<string, string[]>();
  for (const issue of problem.issues) {
    const field = (issue.path.split('/')[1] ?? '').replace(/~1/g, '/').replace(/~0/g, '~');
    messages.set(field, [...(messages.get(field) ?? []), issue.message]);
  }
  if (messages.size === 0) messages.set('', [problem.message]);
  return messages;
}
