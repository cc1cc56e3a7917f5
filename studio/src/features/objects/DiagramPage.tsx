import {
  Background,
  Controls,
  MarkerType,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  useNodesState,
  useReactFlow,
  type Connection,
  type Edge,
} from '@xyflow/react';
import { LayoutDashboard, List, Plus, Search } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useDraft } from '../../api/draft-store.js';
import { findDocument, ofKind } from '../../draft/draft.js';
import { suggestName } from '../../draft/names.js';
import { arrangeObjects, BOX_WIDTH, boxHeight, objectGraph, type LookupLine } from '../../graph/object-graph.js';
import { FLOW_LABELS } from '../canvas/flow-labels.js';
import { useColorMode } from '../canvas/use-dark.js';
import { FieldDialog } from '../fields/FieldDialog.js';
import { NewObjectDialog } from './NewObjectDialog.js';
import { ObjectNode, type ObjectFlowNode } from './ObjectNode.js';
import '../canvas/canvas.css';

const NODE_TYPES = { object: ObjectNode };
/** Colours of origins, in the order they are met. What was made here has the accent. */
const ORIGIN_COLORS = ['#0b7285', '#7048a8', '#b35900', '#2b7a3d', '#a61e4d', '#5c6470'];
/** From here on only what is in sight is drawn. */
const MANY_NODES = 150;

export function DiagramPage() {
  return (
    <ReactFlowProvider>
      <Diagram />
    </ReactFlowProvider>
  );
}

function Diagram() {
  const draft = useDraft();
  const navigate = useNavigate();
  const flow = useReactFlow();
  const colorMode = useColorMode();
  const [query, setQuery] = useState('');
  const [isAdding, setAdding] = useState(false);
  const [relating, setRelating] = useState<{ from: string; to: string }>();
  const graph = useMemo(() => objectGraph(draft), [draft]);
  const colors = useMemo(() => originColors(graph.boxes.map((box) => box.origin)), [graph]);
  const [nodes, setNodes, onNodesChange] = useNodesState<ObjectFlowNode>([]);

  const wanted = query.trim().toLowerCase();
  useEffect(() => {
    const automatic = arrangeObjects(graph.boxes, graph.lines);
    setNodes((current) => {
      const placed = new Map(current.map((node) => [node.id, node.position]));
      return graph.boxes.map((box): ObjectFlowNode => {
        const isHit = wanted !== '' && `${box.label} ${box.name}`.toLowerCase().includes(wanted);
        return {
          id: box.id,
          type: 'object',
          position: placed.get(box.id) ?? automatic.get(box.id) ?? { x: 0, y: 0 },
          width: BOX_WIDTH,
          height: boxHeight(box),
          ariaLabel: `${box.label}, ${box.fields.length} fields`,
          data: { box, color: colors.get(box.origin) ?? 'var(--fs-accent)', state: wanted === '' ? 'plain' : isHit ? 'found' : 'dim' },
        };
      });
    });
  }, [graph, colors, wanted, setNodes]);

  useEffect(() => {
    if (wanted === '') return;
    const hits = graph.boxes.filter((box) => `${box.label} ${box.name}`.toLowerCase().includes(wanted)).map((box) => ({ id: box.id }));
    if (hits.length > 0) void flow.fitView({ nodes: hits, duration: 200, maxZoom: 1.1, padding: 0.4 });
  }, [wanted, graph, flow]);

  const edges = useMemo(() => graph.lines.map(edgeOf), [graph]);
  const arrangeAgain = () => {
    const positions = arrangeObjects(graph.boxes, graph.lines);
    setNodes((current) => current.map((node) => ({ ...node, position: positions.get(node.id) ?? node.position })));
    setTimeout(() => void flow.fitView({ duration: 200 }), 30);
  };
  const relate = (connection: Connection) => setRelating({ from: connection.source, to: connection.target });
  const open = (id: string) => {
    const object = findDocument(draft, id);
    if (object?.kind === 'object') void navigate(`/objects/${object.name}`);
  };
  const openLookup = (id: string) => {
    // A line to one of several targets has the field's id in front.
    const field = findDocument(draft, id.split(' ')[0] ?? id);
    if (field?.kind === 'field') void navigate(`/objects/${field.object}/fields?field=${field.name}`);
  };

  return (
    <div className="canvas-page">
      <div className="canvas-bar">
        <h1>Diagram</h1>
        <label className="row">
          <Search size={15} aria-hidden />
          <span className="sr">Find an object</span>
          <input
            className="input input-small"
            type="search"
            placeholder="Find an object"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </label>
        <span className="er-legend" aria-label="Colours of origins">
          {[...colors].map(([origin, color]) => (
            <span key={origin}>
              <i style={{ background: color }} />
              {origin === 'tenant' ? 'Made here' : origin}
            </span>
          ))}
        </span>
        <span className="grow" />
        <button type="button" className="btn" onClick={arrangeAgain}>
          <LayoutDashboard size={15} aria-hidden /> Arrange
        </button>
        <Link className="btn" to="/objects">
          <List size={15} aria-hidden /> List
        </Link>
        <RelateButton onRelate={(from, to) => setRelating({ from, to })} />
        <button type="button" className="btn btn-primary" onClick={() => setAdding(true)}>
          <Plus size={15} aria-hidden /> New object
        </button>
      </div>
      <div className="canvas">
        {nodes.length > 0 && (
          <ReactFlow
            nodes={nodes}
            edges={edges}
            nodeTypes={NODE_TYPES}
            onNodesChange={onNodesChange}
            onConnect={relate}
            onNodeDoubleClick={(_, node) => open(node.id)}
            onEdgeDoubleClick={(_, edge) => openLookup(edge.id)}
            onKeyDown={(event) => {
              const id = (event.target as HTMLElement).dataset['id'];
              if (event.key === 'Enter' && id !== undefined) open(id);
            }}
            colorMode={colorMode}
            ariaLabelConfig={FLOW_LABELS}
            deleteKeyCode={null}
            minZoom={0.1}
            fitView
            onlyRenderVisibleElements={nodes.length > MANY_NODES}
          >
            <Background />
            <Controls showInteractive={false} />
            <MiniMap pannable zoomable nodeColor={(node) => (node as ObjectFlowNode).data.color} />
          </ReactFlow>
        )}
      </div>
      {isAdding && <NewObjectDialog onClose={() => setAdding(false)} />}
      {relating !== undefined && <RelateDialog {...relating} onClose={() => setRelating(undefined)} />}
    </div>
  );
}

const originColors = (origins: readonly string[]): Map<string, string> => {
  const packs = [...new Set(origins)].filter((origin) => origin !== 'tenant').sort();
  const colors = new Map(packs.map((pack, index) => [pack, ORIGIN_COLORS[index % ORIGIN_COLORS.length] ?? '#5c6470']));
  if (origins.includes('tenant')) colors.set('tenant', 'var(--fs-accent)');
  return colors;
};

function edgeOf(line: LookupLine): Edge {
  return {
    id: line.id,
    source: line.from,
    target: line.to,
    label: `${line.label}  ${line.cardinality}`,
    markerEnd: { type: MarkerType.ArrowClosed },
    ariaLabel: `${line.label}: many to ${line.cardinality === '* : 1' ? 'one' : 'at most one'}`,
    style: line.isPart ? { strokeWidth: 2.5 } : {},
    type: 'smoothstep',
  };
}

/** The same as drawing a line, for those who do not drag. */
function RelateButton({ onRelate }: { onRelate: (from: string, to: string) => void }) {
  const objects = ofKind(useDraft(), 'object').sort((a, b) => a.label.localeCompare(b.label));
  return (
    <select
      className="input"
      style={{ width: 150 }}
      aria-label="Add a link from an object"
      value=""
      onChange={(event) => {
        if (event.target.value !== '') onRelate(event.target.value, '');
      }}
    >
      <option value="">Add link from</option>
      {objects.map((object) => (
        <option key={object.id} value={object.id}>
          {object.label}
        </option>
      ))}
    </select>
  );
}

function RelateDialog({ from, to, onClose }: { from: string; to: string; onClose: () => void }) {
  const draft = useDraft();
  const source = findDocument(draft, from);
  const target = findDocument(draft, to);
  if (source?.kind !== 'object') return null;
  const start =
    target?.kind === 'object'
      ? { label: target.label, target: target.name, inverseLabel: source.pluralLabel, inverseName: suggestName(source.pluralLabel) }
      : {};
  return <FieldDialog object={source} start={{ type: 'lookup', ...start }} onClose={onClose} />;
}
