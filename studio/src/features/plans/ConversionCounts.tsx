import type { PlanAnswer } from '@fieldstone/metadata/types/wire.js';
import { typeLabel } from '../../draft/field-types.js';
import { Table } from '../../ui/Table.js';
import { valueText } from './words.js';

type Conversion = NonNullable<PlanAnswer['hazards'][number]['conversion']>;

/** What becomes of the values of a field, with some of the records whose value is lost. */
export function ConversionCounts({ conversion }: { conversion: Conversion }) {
  const { object, field, from, to, values, lost, shortened, samples } = conversion;
  return (
    <div className="conversion stack-2">
      <p className="small">
        <code>
          {object}.{field}
        </code>
        : {typeLabel(from)} to {typeLabel(to)}
      </p>
      <dl className="conversion-counts">
        <div>
          <dt>Convert</dt>
          <dd>{(values - lost).toLocaleString()}</dd>
        </div>
        <div>
          <dt>Rounded or shortened</dt>
          <dd>{shortened.toLocaleString()}</dd>
        </div>
        <div data-lost={lost > 0 || undefined}>
          <dt>Do not convert</dt>
          <dd>{lost.toLocaleString()}</dd>
        </div>
      </dl>
      {samples.length > 0 && (
        <details>
          <summary>
            {samples.length < lost ? `${samples.length} of the ${lost.toLocaleString()}` : `The ${samples.length}`} that{' '}
            {lost === 1 ? 'does' : 'do'} not convert
          </summary>
          <Table columns={['Record', 'Value']}>
            {samples.map(({ id, label, value }) => (
              <tr key={id}>
                <td>
                  <a href={`/o/${object}/${id}`} target="_blank" rel="noreferrer">
                    {label === undefined || label === '' ? id : label}
                  </a>
                </td>
                <td>{valueText(value)}</td>
              </tr>
            ))}
          </Table>
        </details>
      )}
    </div>
  );
}
