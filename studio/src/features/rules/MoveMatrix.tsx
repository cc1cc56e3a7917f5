import { useState } from 'react';
import type { FieldDocument, ProcessDocument } from '@fieldstone/metadata/types/documents.js';
import { asks, editMove, setMove, transitionOf } from '../../draft/process-commands.js';
import { MoveEditor } from './MoveEditor.js';

type Props = { process: ProcessDocument; field: FieldDocument; onChange: (process: ProcessDocument, what: string) => void };

/** Which option of a picklist may follow which: a table of tick boxes, and what the move asks for that was opened. */
export function MoveMatrix({ process, field, onChange }: Props) {
  const [open, setOpen] = useState<{ from: string; to: string }>();
  const options = field.options ?? [];
  const codes = options.map((option) => option.value);
  const labelOf = (code: string) => options.find((option) => option.value === code)?.label ?? code;
  const move = open && transitionOf(process, open.from, open.to);
  return (
    <div className="stack">
      <div className="scroll-x">
        <table className="table matrix">
          <caption className="sr">Legal moves: rows are left, columns are entered.</caption>
          <thead>
            <tr>
              <th scope="col">From \ to</th>
              {options.map((to) => (
                <th key={to.value} scope="col">
                  {to.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {options.map((from) => (
              <tr key={from.value}>
                <th scope="row">{from.label}</th>
                {options.map((to) => {
                  if (from.value === to.value) return <td key={to.value} aria-label="The same" />;
                  const transition = transitionOf(process, from.value, to.value);
                  const name = `${from.label} to ${to.label}`;
                  const isOpen = open?.from === from.value && open.to === to.value;
                  return (
                    <td key={to.value}>
                      <span className="row" style={{ flexWrap: 'nowrap', gap: 4 }}>
                        <input
                          type="checkbox"
                          aria-label={name}
                          checked={transition !== undefined}
                          onChange={(event) =>
                            onChange(setMove(process, codes, from.value, to.value, event.target.checked), `moves ${name}`)
                          }
                        />
                        {transition !== undefined && (
                          <button
                            type="button"
                            className="btn btn-plain btn-small"
                            aria-expanded={isOpen}
                            aria-label={`What ${name} asks for`}
                            onClick={() => setOpen(isOpen ? undefined : { from: from.value, to: to.value })}
                          >
                            {asks(transition) ? 'asks' : '…'}
                          </button>
                        )}
                      </span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {open !== undefined && move !== undefined && (
        <section className="card card-body" aria-label={`The move from ${labelOf(open.from)} to ${labelOf(open.to)}`}>
          <h3>
            {labelOf(open.from)} to {labelOf(open.to)}
          </h3>
          <MoveEditor
            object={process.object}
            move={move}
            onChange={(patch) =>
              onChange(editMove(process, codes, open.from, open.to, patch), `move ${open.from} ${open.to} ${Object.keys(patch).join()}`)
            }
          />
        </section>
      )}
    </div>
  );
}
