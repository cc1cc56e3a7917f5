import type { LocalAction } from '../node-action.js';
import { StepFailure } from '../step-failure.js';

/** Changes one record: the one that started the run, or the one `recordId` names. */
export const recordUpdate: LocalAction = {
  type: 'record.update@1',
  async execute(node, { run, definition, records, values }) {
    const { object, recordId, set } = node.input as { object?: string; recordId?: unknown; set: Record<string, unknown> };
    const resolved = (await values.resolve({ recordId: recordId ?? null, set })) as { recordId: unknown; set: Record<string, unknown> };
    const id = recordId === undefined ? run.recordId : idOf(resolved.recordId);
    if (id === null) throw new StepFailure('no_record', 'There is no record to change: its id is empty.');
    const saved = await records.update(object ?? definition.workflow.object, id, resolved.set);
    return { port: 'ok', input: { object: object ?? definition.workflow.object, recordId: id, set: resolved.set }, output: saved };
  },
};

/** A lookup may stand for its id. */
export function idOf(value: unknown): string | null {
  if (typeof value === 'object' && value !== null && 'id' in value) return idOf(value.id);
  return typeof value === 'string' && value !== '' ? value : null;
}
