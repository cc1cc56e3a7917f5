import { LIMITS } from '../../model/limits.js';
import { malformed, type Issue } from '../../kernel/errors.js';
import type { PageQuery } from '../../workflow/run-views.js';
import type { RequestScope } from '../route.js';
import { told } from '../../texts/told.js';

const DEFAULT_LIMIT = 50;

/** `limit` and `cursor` of a list; any other parameter but those named is refused. */
export function pageQuery(scope: RequestScope, more: readonly string[] = []): PageQuery {
  const issues: Issue[] = [];
  for (const name of scope.query.keys()) {
    if (name !== 'limit' && name !== 'cursor' && !more.includes(name)) {
      issues.push({ path: `/${name.slice(0, 100)}`, code: 'unknown_parameter', ...told('list.unknown_parameter') });
    }
  }
  const limit = scope.query.get('limit');
  const number = limit === undefined ? DEFAULT_LIMIT : Number(limit);
  if (limit !== undefined && (!/^\d{1,4}$/.test(limit) || number < 1 || number > LIMITS.page_rows.max)) {
    issues.push({ path: '/limit', code: 'not_a_count', ...told('list.not_a_count_to', { max: LIMITS.page_rows.max }) });
  }
  if (issues.length > 0) throw malformed(told('list.parameters'), issues);
  return { limit: number, cursor: scope.query.get('cursor') };
}

/** The same of a list whose cursor is the number of its last entry. */
export function entriesQuery(scope: RequestScope): { limit: number; before: string | null } {
  const { limit, cursor = null } = pageQuery(scope);
  if (cursor !== null && !/^\d{1,18}$/.test(cursor)) {
    throw malformed(told('list.parameters'), [{ path: '/cursor', code: 'bad_cursor', ...told('list.cursor_before') }]);
  }
  return { limit, before: cursor };
}
