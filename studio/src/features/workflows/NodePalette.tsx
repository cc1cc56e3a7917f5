import { Panel } from '@xyflow/react';
import { Puzzle } from 'lucide-react';
import type { DragEvent } from 'react';
import { NODE_TYPES, type NodeType } from '../../graph/node-types.js';
import { NODE_ICONS } from './StepNode.js';

const KIND = 'application/x-fieldstone-step';

/** Step type that is dropped, if it is one of the palette. */
export function paletteType(event: DragEvent): NodeType | undefined {
  const type = event.dataTransfer.getData(KIND);
  return NODE_TYPES.find((info) => info.type === type)?.type;
}

/** Steps to add: by a click, after the chosen step, or by dragging one to its place. */
export function NodePalette({ onAdd }: { onAdd: (type: NodeType) => void }) {
  return (
    <Panel position="top-left">
      <div className="card card-body wf-palette" role="group" aria-label="Add a step">
        {NODE_TYPES.map((info) => {
          const Icon = NODE_ICONS[info.type] ?? Puzzle;
          return (
            <button
              key={info.type}
              type="button"
              className="btn btn-small"
              title={info.description}
              draggable
              onDragStart={(event) => event.dataTransfer.setData(KIND, info.type)}
              onClick={() => onAdd(info.type)}
            >
              <Icon size={14} aria-hidden /> {info.label}
            </button>
          );
        })}
      </div>
    </Panel>
  );
}
