import { Handle, Position, useStore, type Node, type NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { fieldTypeInfo, type FieldType } from '../../draft/field-types.js';
import { BOX_WIDTH, boxHeight, ROWS_SHOWN, type ObjectBox } from '../../graph/object-graph.js';

export type ObjectNodeData = { box: ObjectBox; color: string; state: 'plain' | 'dim' | 'found' };
export type ObjectFlowNode = Node<ObjectNodeData, 'object'>;

/** Below this zoom a box shows its title only: fields could not be read anyway. */
const FAR_ZOOM = 0.5;

export const ObjectNode = memo(function ObjectNode({ data }: NodeProps<ObjectFlowNode>) {
  const isFar = useStore((state) => state.transform[2] < FAR_ZOOM);
  const { box, color, state } = data;
  const rest = box.fields.length - ROWS_SHOWN;
  return (
    <div
      className={`er-node ${state}${isFar ? ' far' : ''}`}
      style={{ '--er-color': color, width: BOX_WIDTH, height: boxHeight(box) } as React.CSSProperties}
    >
      <Handle type="target" position={Position.Left} />
      <div className="er-head">{box.label}</div>
      {!isFar &&
        box.fields.slice(0, ROWS_SHOWN).map((field) => (
          <div key={field.id} className={field.isLink ? 'er-field link' : 'er-field'}>
            <span>
              {field.label}
              {field.required && ' *'}
            </span>
            <span>{fieldTypeInfo(field.type as FieldType).label}</span>
          </div>
        ))}
      {!isFar && rest > 0 && <div className="er-field muted">and {rest} more</div>}
      <Handle type="source" position={Position.Right} />
    </div>
  );
});
