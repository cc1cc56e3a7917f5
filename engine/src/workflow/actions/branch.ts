import type { LocalAction } from '../node-action.js';

/** Goes on from the first case whose condition holds. What cannot be read makes a condition false, never true. */
export const branch: LocalAction = {
  type: 'branch@1',
  async execute(node, { values }) {
    const { cases } = node.input as { cases: readonly { port: string; if: Record<string, unknown> }[] };
    const held = await values.firstThatHolds(cases.map((item) => item.if));
    const port = held === undefined ? 'else' : (cases[held]?.port ?? 'else');
    return { port, input: { cases: cases.length }, output: { port } };
  },
};
