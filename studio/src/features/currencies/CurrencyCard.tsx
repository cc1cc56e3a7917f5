import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { messageOf } from '../../api/client.js';
import { removeRate, saveRate, type ExchangeRate } from '../../api/currencies.js';
import { ACTIONS, Table, type Column } from '../../ui/Table.js';
import { toast } from '../../ui/toasts.js';
import { currencyName, dayText, type CurrencyRates } from './rates.js';

type Props = {
  base: string;
  day: string;
  rates: CurrencyRates;
  mayChange: boolean;
  onAdd: () => void;
  onChange: (rate: ExchangeRate) => void;
};

/** As many rates of a currency are shown at once: there may be one for every day of many years. */
const SHOWN = 30;

/** The rates of one currency, and which of them counts on the day. */
export function CurrencyCard({ base, day, rates: { currency, rates, counting }, mayChange, onAdd, onChange }: Props) {
  const [shown, setShown] = useState(SHOWN);
  const remove = useRemoval(currency);
  const columns: Column[] = ['From', { label: `One ${currency} in ${base}`, is: 'number' }, { label: 'Counts', is: 'unseen' }];
  if (mayChange) columns.push(ACTIONS);
  return (
    <section className="card" aria-label={`Rates of ${currency}`}>
      <div className="card-head row-between">
        <div>
          <h2>
            {currency} <span className="muted small">{currencyName(currency)}</span>
          </h2>
          <p className="small">
            {counting === undefined ? (
              <span className="badge badge-warning">No rate on {dayText(day)}: its amounts are not added up</span>
            ) : (
              <>
                On {dayText(day)}: 1 {currency} = <b>{counting.rate}</b> {base}
              </>
            )}
          </p>
        </div>
        {mayChange && (
          <button type="button" className="btn btn-small" aria-label={`Add a rate of ${currency}`} onClick={onAdd}>
            <Plus size={14} aria-hidden /> Add
          </button>
        )}
      </div>
      <Table columns={columns}>
        {rates.slice(0, shown).map((rate) => (
          <tr key={rate.from}>
            <td>{dayText(rate.from)}</td>
            <td className="num">{rate.rate}</td>
            <td>{rate === counting && <span className="badge badge-success">Counts on this day</span>}</td>
            {mayChange && (
              <td className="actions">
                <button
                  type="button"
                  className="btn btn-plain btn-icon"
                  aria-label={`Change the rate of ${currency} from ${dayText(rate.from)}`}
                  onClick={() => onChange(rate)}
                >
                  <Pencil size={15} aria-hidden />
                </button>
                <button
                  type="button"
                  className="btn btn-plain btn-icon"
                  aria-label={`Remove the rate of ${currency} from ${dayText(rate.from)}`}
                  disabled={remove.isPending}
                  onClick={() => remove.mutate(rate)}
                >
                  <Trash2 size={15} aria-hidden />
                </button>
              </td>
            )}
          </tr>
        ))}
      </Table>
      {rates.length > shown && (
        <div className="card-body">
          <button type="button" className="btn btn-small" onClick={() => setShown(shown + SHOWN)}>
            Show older rates of {currency}
          </button>
        </div>
      )}
    </section>
  );
}

/** Removing a rate, which can be taken back from its message. */
function useRemoval(currency: string) {
  const client = useQueryClient();
  const read = () => client.invalidateQueries({ queryKey: ['currencies'] });
  const failed = (error: unknown) => toast(messageOf(error), { tone: 'danger' });
  return useMutation({
    mutationFn: removeRate,
    onSuccess: (_done, rate) => {
      const back = () => void saveRate(rate).then(read, failed);
      toast(`The rate of ${currency} from ${dayText(rate.from)} is removed.`, { action: { label: 'Undo', run: back } });
    },
    onError: failed,
    onSettled: read,
  });
}
