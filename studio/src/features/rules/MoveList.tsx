import { Plus, Trash2 } from 'lucide-react';
import type { FieldDocument, ProcessDocument } from '@fieldstone/metadata/types/documents.js';
import { replaceAt } from '../../draft/process-commands.js';
import { withProperties } from '../../draft/without-undefined.js';
import { ConditionEditor } from './ConditionEditor.js';
import { MoveEditor } from './MoveEditor.js';

type Props = { process: ProcessDocument; field: FieldDocument; onChange: (process: ProcessDocument, what: string) => void };

/** The legal moves between linked records, each described by conditions about where it leads from and to. */
export function MoveList({ process, field, onChange }: Props) {
  const transitions = process.transitions ?? [];
  const target = field.target ?? '';
  return (
    <div className="stack">
      {transitions.map((move, index) => {
        const set = (patch: Parameters<typeof withProperties<typeof move>>[1]) =>
          onChange(
            { ...process, transitions: replaceAt(transitions, index, withProperties(move, patch)) },
            `move ${index} ${Object.keys(patch).join()}`,
          );
        return (
          <section key={index} className="card card-body stack" aria-label={move.label ?? `Move ${index + 1}`}>
            <div className="row-between">
              <h3>{move.label ?? `Move ${index + 1}`}</h3>
              <button
                type="button"
                className="btn btn-plain btn-icon"
                aria-label={`Remove ${move.label ?? `move ${index + 1}`}`}
                onClick={() => onChange({ ...process, transitions: replaceAt(transitions, index, undefined) }, `remove move ${index}`)}
              >
                <Trash2 size={14} aria-hidden />
              </button>
            </div>
            <ConditionEditor
              label={`From a ${field.label.toLowerCase()} with`}
              object={target}
              allow={['user']}
              value={move.fromWhere}
              onChange={(fromWhere) => set({ fromWhere })}
              emptyText="From any."
            />
            <ConditionEditor
              label={`To a ${field.label.toLowerCase()} with`}
              object={target}
              allow={['user']}
              value={move.toWhere}
              onChange={(toWhere) => set({ toWhere })}
              emptyText="To any."
            />
            <MoveEditor object={process.object} move={move} onChange={set} />
          </section>
        );
      })}
      <div>
        <button
          type="button"
          className="btn btn-small"
          onClick={() => onChange({ ...process, transitions: [...transitions, {}] }, 'add move')}
        >
          <Plus size={14} aria-hidden /> Add move
        </button>
      </div>
    </div>
  );
}
