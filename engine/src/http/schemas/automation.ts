import type { OutboxMail, RunDetail, RunStatus } from '@fieldstone/metadata/types/wire.js';
import type { WorkflowSummary } from '../../workflow/run-views.js';
import { anything, list, make, named, oneOf, orNull, shape, text, truth, whole, type Schema } from '../schema.js';
import { page } from './page.js';

const STATUSES = ['ready', 'leased', 'waiting', 'blocked', 'done', 'failed', 'dead', 'cancelled'] as const;
export const runStatus: Schema<RunStatus> = named('RunStatus', oneOf(...STATUSES));

const counts = make<WorkflowSummary['runs']>({
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(STATUSES.map((status) => [status, whole])),
});
const workflow: Schema<WorkflowSummary> = named(
  'Workflow',
  shape({ name: text, label: text, object: text, isActive: truth, trigger: oneOf('record', 'schedule', 'action'), runs: counts }),
);
export const workflows = shape({ data: list(workflow) });

const run = {
  id: text,
  workflow: text,
  status: runStatus,
  startedAt: text,
  endedAt: orNull(text),
  record: orNull(shape({ object: text, id: text, label: orNull(text) })),
  error: orNull(shape({ 'node?': text, code: text, message: text })),
};
export const runs = page(named('Run', shape(run)));
export const runDetail: Schema<RunDetail> = named(
  'RunDetail',
  shape({
    ...run,
    steps: list(
      shape({
        seq: whole,
        attempt: whole,
        node: text,
        status: oneOf('done', 'failed', 'pending'),
        port: orNull(text),
        input: anything,
        output: anything,
        error: orNull(shape({ code: text, message: text })),
        startedAt: text,
        endedAt: orNull(text),
      }),
    ),
  }),
);

const mail: Schema<OutboxMail> = named(
  'Mail',
  shape({
    id: text,
    at: text,
    to: orNull(text),
    subject: orNull(text),
    text: orNull(text),
    html: orNull(text),
    status: oneOf('local', 'sending', 'sent', 'failed'),
    error: orNull(text),
  }),
);
export const outbox = page(mail);
