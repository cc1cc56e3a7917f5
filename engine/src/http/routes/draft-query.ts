import type { Decision, DraftInfo } from '@fieldstone/metadata/types/wire.js';
import type { NewDraft } from '../../catalog/draft-list.js';
import type { ElementEdit } from '../../catalog/drafts.js';
import type { Editor } from '../../catalog/open-draft.js';
import { AppError, malformed, type Issue } from '../../kernel/errors.js';
import { pointer } from '../../kernel/json-pointer.js';
import { bodyObject, param, type RequestScope } from '../route.js';

type Sharing = DraftInfo['sharing'];

const MAX_NAME = 80;
const MAX_TEXT = 2_000;
const MAX_DECISIONS = 1_000;
const SHARINGS: readonly Sharing[] = ['private', 'view', 'edit'];

/** Who edits, and which draft: the one in the address, that of `draft=<id>`, or the current one. */
export const editorOf = (scope: RequestScope): Editor => ({
  space: scope.active.space,
  owner: scope.actor.userId,
  draft: scope.params['id'] ?? scope.query.get('draft'),
});

/** The version of a change named by If-Match; undefined when the header is absent or "*". */
export function expectedVersion(scope: RequestScope): number | undefined {
  const header = scope.header('if-match')?.trim();
  if (header === undefined || header === '*') return undefined;
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header)?.[1];
  if (version === undefined)
    throw new AppError('precondition_failed', 'If-Match names no version of a change.', {
      hint: 'Send the version of the change, 0 for none.',
    });
  return Number(version);
}

export function elementBody(scope: RequestScope): ElementEdit {
  const body = bodyObject(scope);
  const issues = unknownProperties(body, ['baseRevision', 'document', 'comment']);
  const { baseRevision, document } = body;
  if (typeof baseRevision !== 'number' || !Number.isInteger(baseRevision) || baseRevision < 0 || baseRevision > 2_147_483_647) {
    issues.push({ path: '/baseRevision', code: 'wrong_type', message: 'Name the revision that was edited, a whole number.' });
  }
  if (document === undefined)
    issues.push({ path: '/document', code: 'missing_property', message: 'Send the wanted document, or null to retire the element.' });
  const comment = text(body, 'comment', MAX_TEXT, issues);
  refuse(issues);
  return { baseRevision: baseRevision as number, document, comment, version: expectedVersion(scope) };
}

type DraftWords = { readonly name?: string | undefined; readonly description?: string | undefined; readonly sharing?: Sharing | undefined };

export function newDraftBody(scope: RequestScope): NewDraft {
  const body = bodyObject(scope);
  const issues = unknownProperties(body, ['name', 'description', 'sharing', 'from', 'revision']);
  const words = draftWords(body, issues);
  if (body['name'] === undefined) issues.push({ path: '/name', code: 'missing_property', message: 'Give the draft a name.' });
  const { from, revision } = body;
  if (from !== undefined && typeof from !== 'string')
    issues.push({ path: '/from', code: 'wrong_type', message: 'Expected the id of a draft.' });
  if (revision !== undefined && (typeof revision !== 'number' || !Number.isInteger(revision) || revision < 0 || revision > 2_147_483_647)) {
    issues.push({ path: '/revision', code: 'wrong_type', message: 'Expected the number of a revision.' });
  }
  refuse(issues);
  return { ...words, name: words.name ?? '', from: from as string | undefined, revision: revision as number | undefined };
}

export function draftChangeBody(scope: RequestScope): DraftWords {
  const body = bodyObject(scope);
  const issues = unknownProperties(body, ['name', 'description', 'sharing']);
  const words = draftWords(body, issues);
  refuse(issues);
  return words;
}

function draftWords(body: Record<string, unknown>, issues: Issue[]): DraftWords {
  const name = text(body, 'name', MAX_NAME, issues)?.trim();
  if (name === '') issues.push({ path: '/name', code: 'missing_property', message: 'Give the draft a name.' });
  const description = text(body, 'description', MAX_TEXT, issues);
  const sharing = SHARINGS.find((known) => known === body['sharing']);
  if (body['sharing'] !== undefined && sharing === undefined) {
    issues.push({ path: '/sharing', code: 'not_an_option', message: 'Expected private, view or edit.' });
  }
  return { name, description, sharing };
}

export function decisionsBody(scope: RequestScope): ({ id: string } & (Decision | { path: string; take: null }))[] {
  const body = bodyObject(scope);
  const issues = unknownProperties(body, ['decisions']);
  const { decisions } = body;
  if (!Array.isArray(decisions) || decisions.length === 0 || decisions.length > MAX_DECISIONS) {
    issues.push({
      path: '/decisions',
      code: 'wrong_type',
      message: 'Expected a list of { id, path, take: mine, theirs, value or null, value? }.',
    });
  }
  refuse(issues);
  const list = (decisions as unknown[]).map((decision, index) => decisionOf(decision, index, issues));
  refuse(issues);
  return list.filter((decision) => decision !== undefined);
}

function decisionOf(
  given: unknown,
  index: number,
  issues: Issue[],
): ({ id: string } & (Decision | { path: string; take: null })) | undefined {
  const at = (name: string) => pointer('decisions', index, name);
  const { id, path, take, value, ...rest } = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
  for (const name of Object.keys(rest))
    issues.push({ path: at(name.slice(0, 100)), code: 'unknown_property', message: 'Expected id, path, take and value.' });
  if (typeof id !== 'string') issues.push({ path: at('id'), code: 'wrong_type', message: 'Expected the id of the element.' });
  if (typeof path !== 'string') issues.push({ path: at('path'), code: 'wrong_type', message: 'Expected the path of the conflict.' });
  if (take !== null && take !== 'mine' && take !== 'theirs' && take !== 'value') {
    issues.push({ path: at('take'), code: 'not_an_option', message: 'Expected mine, theirs, value, or null to take the decision back.' });
  }
  if ((take === 'value') !== (value !== undefined)) {
    issues.push({ path: at('value'), code: 'missing_property', message: 'Send a value with "take": "value", and only then.' });
  }
  if (typeof id !== 'string' || typeof path !== 'string') return undefined;
  if (take === 'value') return { id, path, take, value };
  return take === 'mine' || take === 'theirs' || take === null ? { id, path, take } : undefined;
}

export const kindAndName = (scope: RequestScope): [string, string] => [param(scope, 'kind'), param(scope, 'name')];

const unknownProperties = (body: Record<string, unknown>, names: readonly string[]): Issue[] =>
  Object.keys(body)
    .filter((key) => !names.includes(key))
    .map((key) => ({ path: pointer(key.slice(0, 100)), code: 'unknown_property', message: `Expected ${names.join(', ')}.` }));

function text(body: Record<string, unknown>, name: string, max: number, issues: Issue[]): string | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.length <= max) return value;
  issues.push({ path: pointer(name), code: 'wrong_type', message: `Expected text of at most ${max.toLocaleString('en')} characters.` });
  return undefined;
}

function refuse(issues: readonly Issue[]): void {
  if (issues.length > 0) throw malformed('The body was not understood.', issues);
}
