import { malformed, notFound } from '../../kernel/errors.js';
import type { RequestContext } from '../../records/context.js';
import { explainChange } from '../../records/explain-change.js';
import { parseHistoryQuery, parseTimelineQuery } from '../../records/list-query.js';
import { ParameterReader } from '../../records/read-parameters.js';
import { readHistory } from '../../records/read-history.js';
import { readTimeline } from '../../records/read-timeline.js';
import { readVersion, restoreVersion } from '../../records/restore-version.js';
import { told } from '../../texts/told.js';
import { bodyObject, param, signedIn, type RequestScope, type Route } from '../route.js';
import { historyExchanges } from '../schemas/history.js';
import { answerOf, etag, expectedVersion, noParameters, savedAnswer } from './record-answers.js';

/** What happened to a record: its changes, why they were made, how it was before, and the way back there. */
export function historyRoutes(contextOf: (scope: RequestScope) => RequestContext): Route[] {
  const object = (scope: RequestScope) => param(scope, 'object');
  const id = (scope: RequestScope) => param(scope, 'id');
  const path = '/records/{object}/{id}';
  return [
    {
      method: 'GET',
      path: `${path}/history`,
      policy: signedIn,
      summary: 'Changes of a record, newest first: field, limit, cursor',
      exchange: historyExchanges.history,
      handler: async (scope) => ({
        json: await readHistory(contextOf(scope), object(scope), id(scope), parseHistoryQuery(scope.query)),
      }),
    },
    {
      method: 'GET',
      path: `${path}/timeline`,
      policy: signedIn,
      summary: 'What happened around a record, newest first: kinds, limit, cursor',
      exchange: historyExchanges.timeline,
      handler: async (scope) => ({
        json: await readTimeline(contextOf(scope), object(scope), id(scope), parseTimelineQuery(scope.query)),
      }),
    },
    {
      method: 'GET',
      path: `${path}/history/{version}`,
      policy: signedIn,
      summary: 'What of a record was different at a version, and what of it can not be brought back',
      exchange: historyExchanges.version,
      handler: async (scope) => {
        noParameters(scope);
        const value = await readVersion(contextOf(scope), object(scope), id(scope), versionOf(scope));
        return { headers: { ETag: etag(value.current) }, value };
      },
    },
    {
      method: 'GET',
      path: `${path}/history/{version}/why`,
      policy: signedIn,
      summary: 'Why a record, or one field of it, was changed: from the change back to who or what began',
      exchange: historyExchanges.why,
      handler: async (scope) => {
        const read = new ParameterReader(scope.query);
        read.known(['field']);
        const field = read.text('field') || undefined;
        read.done();
        return { value: await explainChange(contextOf(scope), object(scope), id(scope), versionOf(scope), field) };
      },
    },
    {
      method: 'POST',
      path: `${path}/restore-version`,
      policy: signedIn,
      summary: 'Brings values of a version back, all or those of some fields; If-Match guards against changes of others',
      exchange: historyExchanges.restoreVersion,
      handler: async (scope) => {
        const wanted = restoreBody(bodyObject(scope));
        const { read, headers } = answerOf(scope);
        const saved = await restoreVersion(contextOf(scope), object(scope), id(scope), { ...wanted, ...expectedVersion(scope), ...read });
        return savedAnswer(saved, 200, headers);
      },
    },
  ];
}

/** The version in the address. One that can not be one is not there. */
function versionOf(scope: RequestScope): number {
  const text = param(scope, 'version');
  if (!/^[1-9]\d{0,8}$/.test(text)) throw notFound(told('history.no_version'));
  return Number(text);
}

function restoreBody(body: Readonly<Record<string, unknown>>): { version: number; fields?: readonly string[] } {
  const read = new ParameterReader(new Map(Object.entries(body)));
  read.known(['version', 'fields']);
  const { version } = body;
  const fields = read.list('fields');
  const isVersion = typeof version === 'number' && Number.isInteger(version) && version > 0;
  if (!isVersion) read.refuse('version', 'not_a_count', told('list.not_a_count'));
  if (fields?.length === 0) read.refuse('fields', 'not_a_list', told('list.not_names'));
  read.done();
  if (!isVersion) throw malformed(told('list.parameters'));
  return { version, ...(fields === undefined ? {} : { fields }) };
}
