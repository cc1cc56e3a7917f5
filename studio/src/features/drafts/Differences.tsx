import type { ChangeSetDifference } from '@fieldstone/metadata/types/wire.js';
import { AlertTriangle } from 'lucide-react';
import { Table } from '../../ui/Table.js';
import { valueText } from '../plans/words.js';
import { KIND_LABELS } from '../shell/places.js';
import '../plans/plans.css';
import './drafts.css';

/** Why a change set can not be imported: what it was made on, what is here, and what it wants, property by property. */
export function Differences({ differences }: { differences: readonly ChangeSetDifference[] }) {
  return (
    <section className="stack-2" aria-label="Differences">
      <p className="note note-danger">
        <AlertTriangle size={16} aria-hidden /> Here is not what this was made on, so nothing is imported. Bring both systems to the same,
        and export it again.
      </p>
      <Table columns={['Property', 'Expected', 'Here', 'Wanted']} className="diff differences">
        {differences.map((difference) => (
          <tr key={`${difference.element}${difference.path}`}>
            <th scope="row" className="difference-place">
              {KIND_LABELS[difference.kind]} {difference.name}
              {difference.path !== '' && (
                <div>
                  <code>{difference.path.slice(1).replaceAll('/', ' / ')}</code>
                </div>
              )}
            </th>
            <td>{valueText(difference.expected)}</td>
            <td className="before">{valueText(difference.found)}</td>
            <td>{valueText(difference.wanted)}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
