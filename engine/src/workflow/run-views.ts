import type { OutboxMail, RunDetail, RunStatus, RunSummary } from '@fieldstone/metadata/types/wire.js';
import { AppError, forbidden, malformed, notFound } from '../kernel/errors.js';
import type { RequestContext } from '../records/context.js';
import { accessOf } from '../rules/access.js';
import type { Database } from '../store/open-database.js';
import { readMail } from '../store/outbound-mail.js';
import { cancelRun, countRuns, listRuns, readRun, retryRun, type RunRow } from '../store/workflow-views.js';
import { objectById } from './definitions.js';
import type { RecordUseCases } from './run-records.js';
import { say } from '../texts/say.js';
import { sentence, told, type Told } from '../texts/told.js';

export type WorkflowSummary = {
  readonly name: string;
  readonly label: string;
  readonly object: string;
  readonly isActive: boolean;
  readonly trigger: 'record' | 'schedule' | 'action';
  /** Runs of the last 30 days by status. */
  readonly runs: Partial<Record<RunStatus, number>>;
};

export type Page<T> = { readonly data: T[]; readonly page: { readonly next: string | null } };
export type PageQuery = { readonly limit: number; readonly cursor: string | undefined };

const STATUSES: readonly RunStatus[] = ['ready', 'leased', 'waiting', 'blocked', 'done', 'failed', 'dead', 'cancelled'];

/** Runs, mail and their use cases are for those who look after automation. */
function authorize({ actor, active }: RequestContext): void {
  const capabilities = actor.roles.map((role) => active.model.roles.get(role)?.capabilities);
  const isAllowed =
    actor.kind === 'system' || capabilities.some((each) => each?.has('view_automation') === true || each?.has('edit_metadata') === true);
  if (!isAllowed) throw forbidden(told('automation.no_view'));
}

export async function workflowList(ctx: RequestContext): Promise<{ data: WorkflowSummary[] }> {
  authorize(ctx);
  const counts = await countRuns(ctx.data, ctx.actor.tenantId);
  const data = [...ctx.active.model.workflows.values()].map(({ id, name, label, object, inactive, trigger }) => ({
    name,
    label,
    object,
    isActive: inactive !== true,
    trigger: trigger.type,
    runs: Object.fromEntries(counts.filter((count) => count.workflowId === id).map((count) => [count.status, count.runs])),
  }));
  return { data };
}

/**
 * Runs of one workflow, newest first.
 *
 * Errors: not_found for a workflow the model does not have; malformed for a cursor or status that is none.
 */
export async function runList(
  ctx: RequestContext,
  records: RecordUseCases,
  name: string,
  { limit, cursor, status }: PageQuery & { status: string | undefined },
): Promise<Page<RunSummary>> {
  authorize(ctx);
  const workflow = ctx.active.model.workflows.get(name);
  if (!workflow) throw notFound(told('automation.no_workflow'));
  if (status !== undefined && !STATUSES.includes(status as RunStatus)) {
    throw malformed(told('list.parameters'), [
      { path: '/status', code: 'not_a_choice', ...told('list.not_a_choice', { choices: STATUSES.join(', ') }) },
    ]);
  }
  const before = cursor === undefined ? null : decode(cursor, /^\d{1,18}$/)[0];
  const rows = await listRuns(ctx.data, ctx.actor.tenantId, {
    workflowId: workflow.id,
    status: status ?? null,
    before: before ?? null,
    limit: limit + 1,
  });
  const page = rows.slice(0, limit);
  const labels = await labelsOf(ctx, records, page);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { data: page.map((row) => summary(ctx, row, labels)), page: { next: last ? encode([last.id]) : null } };
}

/** One run with its steps. What a step read and wrote is shown to those who may read the record and all of its fields. */
export async function runDetail(ctx: RequestContext, records: RecordUseCases, id: string): Promise<RunDetail> {
  authorize(ctx);
  const row = /^\d{1,18}$/.test(id) ? await readRun(ctx.data, ctx.actor.tenantId, id) : undefined;
  if (!row) throw notFound(told('automation.no_run'));
  const labels = await labelsOf(ctx, records, [row]);
  const isOpen = mayReadData(ctx, row, labels);
  const steps = row.steps.map((step) =>
    isOpen ? step : { ...step, input: null, output: null, error: step.error && { ...step.error, message: withheld(ctx) } },
  );
  return { ...summary(ctx, row, labels), steps };
}

export async function retry(ctx: RequestContext, database: Database, id: string): Promise<void> {
  await steer(ctx, id, told('automation.no_retry'), (run) => retryRun(database.pool, run));
}

export async function cancel(ctx: RequestContext, database: Database, id: string): Promise<void> {
  await steer(ctx, id, told('automation.ended'), (run) => cancelRun(database.pool, run));
}

async function steer(
  ctx: RequestContext,
  id: string,
  refusal: Told,
  act: (run: { tenantId: number; userId: string; runId: string }) => Promise<'done' | 'refused' | 'missing'>,
): Promise<void> {
  authorize(ctx);
  const run = { tenantId: ctx.actor.tenantId, userId: ctx.actor.userId, runId: id };
  const outcome = /^\d{1,18}$/.test(id) ? await act(run) : 'missing';
  if (outcome === 'missing') throw notFound(told('automation.no_run'));
  if (outcome === 'refused') throw new AppError('conflict', refusal);
}

type MailRow = OutboxMail & { readonly objectId: string | null; readonly recordId: string | null; readonly isOfRun: boolean };

/** Mail that was sent, or kept here because there is no mail server; newest first. What it says is for those who may read what it is about. */
export async function outbox(ctx: RequestContext, records: RecordUseCases, { limit, cursor }: PageQuery): Promise<Page<OutboxMail>> {
  authorize(ctx);
  const [at, id] = cursor === undefined ? [] : decode(cursor, /^\d{4}-[0-9T:.-]{10,30}Z$/, /^[0-9a-f-]{36}$/);
  const after = at !== undefined && id !== undefined ? { at, id } : null;
  const rows = JSON.parse(await readMail(ctx.data, ctx.actor.tenantId, { limit: limit + 1, after })) as MailRow[];
  const shown = rows.slice(0, limit);
  const labels = await labelsOf(ctx, records, shown);
  const data = shown.map(({ objectId, recordId, isOfRun, ...mail }): OutboxMail => {
    // What a mail was about is not known any more when its run is gone.
    const isOpen = isOfRun ? mayReadData(ctx, { objectId, recordId }, labels) : readsEverything(ctx);
    return isOpen ? mail : { ...mail, to: null, subject: null, text: null, html: null, error: mail.error && withheld(ctx) };
  });
  const last = rows.length > limit ? data.at(-1) : undefined;
  return { data, page: { next: last ? encode([last.at, last.id]) : null } };
}

const encode = (values: readonly string[]): string => Buffer.from(JSON.stringify(values)).toString('base64url');

function decode(cursor: string, ...patterns: readonly RegExp[]): string[] {
  try {
    const values = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (patterns.every((pattern, index) => typeof values[index] === 'string' && pattern.test(values[index]))) return values as string[];
  } catch {
    // Falls through to the refusal: whatever it is, it is no cursor.
  }
  throw malformed(told('list.cursor'), [{ path: '/cursor', code: 'bad_cursor', ...told('list.start_again') }]);
}

/** The record that something is about: a run, or a mail of one. */
type About = Pick<RunRow, 'objectId' | 'recordId'>;

/** Names of the records of some runs, as far as the caller may read them: object id and record id to label. */
async function labelsOf(ctx: RequestContext, records: RecordUseCases, rows: readonly About[]): Promise<ReadonlyMap<string, string | null>> {
  const labels = new Map<string, string | null>();
  const byObject = new Map<string, Set<string>>();
  for (const { objectId, recordId } of rows) {
    if (objectId !== null && recordId !== null) byObject.set(objectId, (byObject.get(objectId) ?? new Set()).add(recordId));
  }
  for (const [objectId, ids] of byObject) {
    const object = objectById(ctx.active.model, objectId);
    if (!object || accessOf(ctx.active.model, ctx.actor, object.name).read.kind === 'none') continue;
    const filter = { in: [{ var: 'id' }, [...ids]] };
    const isNamed = accessOf(ctx.active.model, ctx.actor, object.name).fields.get(object.nameField)?.read.kind !== 'none';
    const fields = isNamed ? ['id', object.nameField] : ['id'];
    const answer = JSON.parse(await records.listRecords(ctx, object.name, { filter, fields, limit: ids.size })) as {
      data: Record<string, unknown>[];
    };
    for (const record of answer.data) {
      const label = record[object.nameField];
      labels.set(`${objectId} ${String(record['id'])}`, typeof label === 'string' ? label : null);
    }
  }
  return labels;
}

/** What went wrong may hold values of the record, or the name of a field. */
const withheld = ({ actor }: RequestContext): string => say(actor.locale, sentence('automation.withheld'));

function mayReadRecord(ctx: RequestContext, { objectId, recordId }: About, labels: ReadonlyMap<string, string | null>): boolean {
  const object = objectId === null ? undefined : objectById(ctx.active.model, objectId);
  if (object === undefined || recordId === null) return false;
  return accessOf(ctx.active.model, ctx.actor, object.name).read.kind === 'all' || labels.has(`${objectId ?? ''} ${recordId}`);
}

const readsEverything = ({ active, actor }: RequestContext): boolean =>
  [...active.model.objects.values()].every(({ name, system }) => {
    if (system) return true;
    const { read, fields } = accessOf(active.model, actor, name);
    return read.kind === 'all' && [...fields.values()].every((field) => field.read.kind === 'all');
  });

function mayReadData(ctx: RequestContext, row: About, labels: ReadonlyMap<string, string | null>): boolean {
  if (row.objectId === null || row.recordId === null) return true;
  const object = objectById(ctx.active.model, row.objectId);
  if (!object || !mayReadRecord(ctx, row, labels)) return false;
  return [...accessOf(ctx.active.model, ctx.actor, object.name).fields.values()].every((field) => field.read.kind === 'all');
}

function summary(ctx: RequestContext, row: RunRow, labels: ReadonlyMap<string, string | null>): RunSummary {
  const { model } = ctx.active;
  const isOpen = mayReadData(ctx, row, labels);
  const workflow = [...model.workflows.values()].find((candidate) => candidate.id === row.workflowId);
  const object = row.objectId === null ? undefined : objectById(model, row.objectId);
  return {
    id: row.id,
    workflow: workflow?.name ?? row.workflowId,
    status: row.status as RunStatus,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    record:
      object && row.recordId !== null && mayReadRecord(ctx, row, labels)
        ? { object: object.name, id: row.recordId, label: labels.get(`${row.objectId ?? ''} ${row.recordId}`) ?? null }
        : null,
    error: row.error && { ...row.error, ...(isOpen ? {} : { message: withheld(ctx) }) },
  };
}
