import {
  Background,
  Controls,
  MiniMap,
  ReactFlow,
  useNodesState,
  useReactFlow,
  type Connection,
  type Edge,
  type FinalConnectionState,
} from '@xyflow/react';
import { useEffect, useMemo, useState } from 'react';
import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import { randomCode } from '../../draft/names.js';
import { nodeTypeInfo, type NodeType } from '../../graph/node-types.js';
import {
  connected,
  connectionProblem,
  disconnected,
  moved,
  NODE_WIDTH,
  TRIGGER,
  withNode,
  withoutNodes,
} from '../../graph/workflow-graph.js';
import { FLOW_LABELS } from '../canvas/flow-labels.js';
import { useColorMode } from '../canvas/use-dark.js';
import { flowLinesOf, flowNodesOf } from './flow-nodes.js';
import { exitFor } from './next-exit.js';
import { NodePalette, paletteType } from './NodePalette.js';
import { StepNode, TriggerNode, type WorkflowFlowNode } from './StepNode.js';
import type { ChangeWorkflow } from './change-workflow.js';

const NODE_TYPES = { step: StepNode, trigger: TriggerNode };
const DELETE_KEYS = ['Delete', 'Backspace'];
const REFUSAL_SHOWN_MS = 5_000;

type Props = {
  workflow: WorkflowDocument;
  objectLabel: string;
  selected: string | undefined;
  onSelect: (id: string | undefined) => void;
  change: ChangeWorkflow;
};

export function WorkflowCanvas({ workflow, objectLabel, selected, onSelect, change }: Props) {
  const flow = useReactFlow();
  const colorMode = useColorMode();
  const [refusal, setRefusal] = useState<string>();
  const [edgeId, setEdgeId] = useState<string>();
  const [nodes, setNodes, onNodesChange] = useNodesState<WorkflowFlowNode>([]);
  useEffect(() => {
    setNodes((current) => {
      const measured = new Map(current.map((node) => [node.id, node.measured]));
      return flowNodesOf(workflow, objectLabel).map((node): WorkflowFlowNode => {
        const size = measured.get(node.id);
        return { ...node, selected: node.id === selected, ...(size === undefined ? {} : { measured: size }) };
      });
    });
  }, [workflow, objectLabel, selected, setNodes]);
  const edges = useMemo(() => flowLinesOf(workflow).map((edge): Edge => ({ ...edge, selected: edge.id === edgeId })), [workflow, edgeId]);
  useEffect(() => {
    if (refusal === undefined) return;
    const timer = setTimeout(() => setRefusal(undefined), REFUSAL_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [refusal]);

  const wish = (connection: Connection | Edge) => ({
    from: connection.source,
    port: connection.sourceHandle ?? 'ok',
    to: connection.target,
  });
  const connect = (connection: Connection) => {
    const wanted = wish(connection);
    const problem = connectionProblem(workflow, wanted);
    if (problem !== undefined) setRefusal(problem);
    else change('Connect steps', (now) => connected(now, wanted));
  };
  /** An invalid end is refused by the canvas itself; here the person is told why. */
  const explain = (_: unknown, state: FinalConnectionState) => {
    if (state.isValid !== false || state.fromNode === null || state.toNode === null) return;
    const isSource = state.fromHandle?.type === 'source';
    const from = isSource ? state.fromNode.id : state.toNode.id;
    const to = isSource ? state.toNode.id : state.fromNode.id;
    const port = (isSource ? state.fromHandle?.id : state.toHandle?.id) ?? 'ok';
    setRefusal(
      state.fromHandle?.type === state.toHandle?.type
        ? 'Connect an exit (below a step) with an entry (above one).'
        : (connectionProblem(workflow, { from, port, to }) ?? 'These can not be connected.'),
    );
  };
  const add = (type: NodeType, position?: { x: number; y: number }) => {
    const id = `n${randomCode(6)}`;
    const after = position === undefined ? exitFor(workflow, selected) : undefined;
    change(`Add step ${nodeTypeInfo(type)?.label ?? ''}`, (now) =>
      withNode(now, { type, id, ...(position === undefined ? {} : { position }), ...(after === undefined ? {} : { after }) }),
    );
    onSelect(id);
  };
  const drop = (event: React.DragEvent) => {
    const type = paletteType(event);
    if (type === undefined) return;
    event.preventDefault();
    const point = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    add(type, { x: point.x - NODE_WIDTH / 2, y: point.y - 20 });
  };
  const remove = ({ nodes: gone, edges: cut }: { nodes: readonly { id: string }[]; edges: readonly { id: string }[] }) => {
    const ids = new Set(gone.map((node) => node.id).filter((id) => id !== TRIGGER));
    if (ids.size > 0) {
      change(ids.size === 1 ? 'Remove step' : `Remove ${ids.size} steps`, (now) => withoutNodes(now, ids));
      onSelect(TRIGGER);
    } else if (cut.length > 0)
      change('Remove connection', (now) => cut.reduce<WorkflowDocument>((next, edge) => disconnected(next, edge.id), now));
    // The canvas shows the document; it changes there first, so nothing is removed here.
    return Promise.resolve(false);
  };

  return (
    <div className="canvas" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <NodePalette onAdd={add} />
      {refusal !== undefined && (
        <p className="canvas-refusal note note-danger" role="alert">
          {refusal}
        </p>
      )}
      {nodes.length > 0 && (
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          onNodesChange={(changes) => {
            onNodesChange(changes);
            // Only what a person chooses arrives here; what the page chooses comes with the nodes.
            const chosen = changes.find((each) => each.type === 'select' && each.selected);
            if (chosen?.type === 'select') onSelect(chosen.id);
            // Arrow keys move a chosen step without a drag: that ends with a position that is not "dragging".
            const ends = changes.flatMap((each) =>
              each.type === 'position' && each.dragging === false && each.position !== undefined ? [[each.id, each.position] as const] : [],
            );
            if (ends.length > 0) change('Move steps', (now) => moved(now, new Map(ends)), 'move');
          }}
          onEdgeClick={(_, edge) => setEdgeId(edge.id)}
          onPaneClick={() => setEdgeId(undefined)}
          onConnect={connect}
          onConnectEnd={explain}
          isValidConnection={(connection) => connectionProblem(workflow, wish(connection)) === undefined}
          onBeforeDelete={remove}
          deleteKeyCode={DELETE_KEYS}
          colorMode={colorMode}
          ariaLabelConfig={FLOW_LABELS}
          fitView
          fitViewOptions={{ maxZoom: 1, padding: 0.2 }}
          minZoom={0.2}
        >
          <Background />
          <Controls showInteractive={false} />
          <MiniMap pannable zoomable />
        </ReactFlow>
      )}
    </div>
  );
}
