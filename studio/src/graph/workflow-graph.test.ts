import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import { describe, expect, it } from 'vitest';
import {
  connected,
  connectionProblem,
  disconnected,
  flowEdges,
  inOrder,
  moved,
  positionsOf,
  TRIGGER,
  unreachable,
  withNode,
  withNodeSet,
  withoutNodes,
} from './workflow-graph.js';

const step = (id: string, more: Partial<WorkflowDocument['nodes'][number]> = {}) => ({ id, type: 'record.update@1', input: {}, ...more });

const workflow = (more: Partial<WorkflowDocument> = {}): WorkflowDocument => ({
  kind: 'workflow',
  id: 'wfl_test',
  name: 'test',
  label: 'Test',
  object: 'thing',
  trigger: { type: 'record', on: ['create'] },
  nodes: [step('aa'), step('bb'), step('cc')],
  start: 'aa',
  edges: [
    { from: 'aa', port: 'ok', to: 'bb' },
    { from: 'bb', port: 'ok', to: 'cc' },
  ],
  ...more,
});

describe('connections', () => {
  it.each([
    ['back to the trigger', { from: 'aa', port: 'ok', to: TRIGGER }, 'Nothing can lead back to the trigger: it starts the workflow.'],
    ['to itself', { from: 'cc', port: 'ok', to: 'cc' }, 'A step can not lead to itself.'],
    ['in a circle', { from: 'cc', port: 'ok', to: 'aa' }, 'This would make a circle: the steps would run for ever.'],
    [
      'from an exit that is taken',
      { from: 'aa', port: 'ok', to: 'cc' },
      'This exit already leads somewhere. Remove that connection first.',
    ],
    ['that is already there', { from: 'aa', port: 'ok', to: 'bb' }, 'These steps are already connected.'],
    ['from an exit the step has not', { from: 'cc', port: 'error', to: 'bb' }, 'This step has no such exit.'],
    ['to a step that is gone', { from: 'cc', port: 'ok', to: 'zz' }, 'There is no such step.'],
  ])('%s is refused with the reason', (_name, connection, reason) => {
    expect(connectionProblem(workflow(), connection)).toBe(reason);
  });

  it('allows a free exit and adds the edge', () => {
    const cut = disconnected(workflow(), 'bb.ok');
    expect(connectionProblem(cut, { from: 'bb', port: 'ok', to: 'cc' })).toBeUndefined();
    expect(connected(cut, { from: 'bb', port: 'ok', to: 'cc' })).toEqual(workflow());
  });

  it('lets the trigger lead to another first step', () => {
    expect(connected(workflow(), { from: TRIGGER, port: 'start', to: 'bb' }).start).toBe('bb');
    expect([...unreachable(connected(workflow(), { from: TRIGGER, port: 'start', to: 'bb' }))]).toEqual(['aa']);
  });
});

describe('steps', () => {
  it('puts a new step into an exit, and what followed after it', () => {
    const next = withNode(workflow(), { type: 'email.send@1', id: 'mail', after: { from: 'aa', port: 'ok' } });
    expect(inOrder(next).map((node) => node.id)).toEqual(['aa', 'mail', 'bb', 'cc']);
  });

  it('puts a new step between the trigger and the first one', () => {
    expect(withNode(workflow(), { type: 'email.send@1', id: 'mail', after: { from: TRIGGER, port: 'start' } })).toMatchObject({
      start: 'mail',
    });
  });

  it('makes the first step of an empty workflow its start', () => {
    expect(withNode(workflow({ nodes: [], edges: [], start: 'none' }), { type: 'branch@1', id: 'first' }).start).toBe('first');
  });

  it('joins the neighbours of a removed step, and keeps its position no longer', () => {
    const next = withoutNodes(workflow({ layout: { aa: [0, 0], bb: [0, 100] } }), new Set(['bb']));
    expect(next.edges).toEqual([{ from: 'aa', port: 'ok', to: 'cc' }]);
    expect(next.layout).toEqual({ aa: [0, 0] });
  });

  it('moves the start on when the first step is removed', () => {
    expect(withoutNodes(workflow(), new Set(['aa'])).start).toBe('bb');
  });

  it('removes all steps, one after the other', () => {
    const next = withoutNodes(workflow(), new Set(['aa', 'bb', 'cc']));
    expect([next.nodes, next.edges, flowEdges(next)]).toEqual([[], [], []]);
  });

  it('drops the connection of a case that is gone', () => {
    const branch = step('aa', { type: 'branch@1', input: { cases: [{ port: 'big', if: {} }] } });
    const before = workflow({ nodes: [branch, step('bb')], edges: [{ from: 'aa', port: 'big', to: 'bb' }] });
    expect(withNodeSet(before, { ...branch, input: { cases: [] } }).edges).toEqual([]);
  });
});

describe('positions', () => {
  it('keeps saved ones, arranges the rest, and stands the trigger above the first step', () => {
    const positions = positionsOf(workflow({ layout: { aa: [300, 400] } }));
    expect(positions.get('aa')).toEqual({ x: 300, y: 400 });
    expect(positions.get('bb')).toBeDefined();
    expect(positions.get(TRIGGER)?.y).toBeLessThan(400);
  });

  it('rounds what is dragged and forgets the trigger, which has no place of its own', () => {
    expect(
      moved(
        workflow(),
        new Map([
          ['aa', { x: 10.4, y: 20.6 }],
          [TRIGGER, { x: 1, y: 1 }],
        ]),
      ).layout,
    ).toEqual({ aa: [10, 21] });
  });
});
