import type { LocalAction } from '../node-action.js';

/** Makes one record; its id is the output. */
export const recordCreate: LocalAction = {
  type: 'record.create@1',
  async execute(node, { records, values }) {
    const { object, set } = node.input as { object: string; set: Record<string, unknown> };
    const resolved = (await values.resolve(set)) as Record<string, unknown>;
    return { port: 'ok', input: { object, set: resolved }, output: await records.create(object, resolved) };
  },
};
