import type { PlanAnswer, PublicationAnswer } from '@fieldstone/metadata/types/wire.js';

type Statement = PlanAnswer['statements'][number];

export const LOCK_WORDS: Record<Statement['lock'], { label: string; text: string }> = {
  L0: { label: 'No lock', text: 'Locks no table: only the metadata changes.' },
  L1: { label: 'Brief lock', text: 'Locks the table for some milliseconds, and gives up rather than make people wait.' },
  L2: { label: 'Work goes on', text: 'People can read and save meanwhile.' },
  L3: { label: 'In small batches', text: 'Rewrites records in small batches; only those of the batch wait.' },
  L4: { label: 'Table waits', text: 'Reading and saving in this table wait until it is done; allowed on small tables only.' },
};

export const PHASE_WORDS: Record<Statement['phase'], { label: string; text: string }> = {
  PRE: { label: 'Before', text: 'Runs before the switch, and can be repeated.' },
  TX: { label: 'Switch', text: 'All of these take effect together, in one transaction, or not at all.' },
  POST: { label: 'Afterwards', text: 'Runs after the switch, beside the work of people, and is repeated until it succeeds.' },
};

export const RISK_WORDS: Record<Statement['risk'], { label: string; text: string; tone: string }> = {
  R0: { label: 'Safe', text: 'Touches no data.', tone: 'badge-success' },
  R1: { label: 'Reversible', text: 'The data is kept, and returning to a former revision brings it back.', tone: 'badge-info' },
  R2: {
    label: 'Depends on data',
    text: 'What happens depends on the records there are.',
    tone: 'badge-warning',
  },
  R3: { label: 'Converts data', text: 'Values become others, and some may not survive.', tone: 'badge-danger' },
  R4: { label: 'Loses data', text: 'Data is dropped and does not come back.', tone: 'badge-danger' },
};

export const ACTION_WORDS: Record<PlanAnswer['changes'][number]['action'], { label: string; tone: string }> = {
  add: { label: 'Added', tone: 'badge-success' },
  change: { label: 'Changed', tone: 'badge-accent' },
  rename: { label: 'Renamed', tone: 'badge-info' },
  retire: { label: 'Retired', tone: 'badge-danger' },
  restore: { label: 'Restored', tone: 'badge-warning' },
};

export const STEP_WORDS: Record<PublicationAnswer['steps'][number]['state'], { label: string; tone: string }> = {
  waiting: { label: 'Waiting', tone: '' },
  running: { label: 'Running', tone: 'badge-accent' },
  done: { label: 'Done', tone: 'badge-success' },
  failed: { label: 'Failed', tone: 'badge-danger' },
};

/** A value as one short line: text as it is, the rest as JSON. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return '(nothing)';
  if (typeof value === 'string') return value === '' ? '(empty)' : value;
  return JSON.stringify(value, null, typeof value === 'object' ? 1 : 0).replace(/\n\s*/g, ' ');
}

export function affectedText(affected: { rows?: number; views?: number; users?: number }): string {
  const count = (value: number | undefined, one: string, many: string) =>
    value === undefined ? [] : [`${value.toLocaleString()} ${value === 1 ? one : many}`];
  return [
    ...count(affected.rows, 'record', 'records'),
    ...count(affected.views, 'view', 'views'),
    ...count(affected.users, 'person', 'people'),
  ].join(', ');
}
