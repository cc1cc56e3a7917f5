import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { saveRate, type CurrencySettings, type ExchangeRate } from '../../api/currencies.js';
import { problemsOf } from '../../api/problems.js';
import { Dialog } from '../../ui/Dialog.js';
import { DialogButtons } from '../../ui/DialogButtons.js';
import { SelectField, TextField } from '../../ui/Field.js';
import { Refusal } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { CURRENCIES, dayText, today } from './rates.js';

type Props = {
  settings: CurrencySettings;
  /** The rate to change; a currency begins a new one. */
  given: ExchangeRate | { currency: string };
  onClose: () => void;
};

const AT = { currency: '/rates/0/currency', from: '/rates/0/from', rate: '/rates/0/rate' };

/** A rate of a currency from a day on: new, or another number for one that there is. */
export function RateDialog({ settings: { base, rates }, given, onClose }: Props) {
  const client = useQueryClient();
  const former = 'rate' in given ? given : undefined;
  const [currency, setCurrency] = useState(given.currency);
  const [from, setFrom] = useState(former?.from ?? today());
  const [rate, setRate] = useState(former?.rate ?? '');
  const save = useMutation({
    mutationFn: () => saveRate({ currency, from, rate: rate.trim() }),
    onSuccess: (settings) => {
      client.setQueryData(['currencies'], settings);
      toast(`The rate of ${currency} from ${dayText(from)} on is saved.`);
      onClose();
    },
  });
  const problems = problemsOf(save.error, Object.values(AT));
  const edited = (change: () => void) => {
    change();
    if (save.isError) save.reset();
  };
  const replaced = former === undefined ? rates.find((each) => each.currency === currency && each.from === from) : undefined;
  return (
    <Dialog
      title={former === undefined ? 'New rate' : `Rate of ${former.currency} from ${dayText(former.from)} on`}
      onClose={onClose}
      onSubmit={() => save.mutate()}
      footer={
        <DialogButtons onClose={onClose} disabled={save.isPending}>
          {replaced === undefined ? 'Save' : 'Replace'}
        </DialogButtons>
      }
    >
      <div className="stack">
        {former === undefined && (
          <>
            <SelectField
              label="Currency"
              value={currency}
              onChange={(value) => edited(() => setCurrency(value))}
              choices={[{ value: '', label: 'Choose a currency…' }, ...CURRENCIES.filter(({ value }) => value !== base)]}
              error={problems.at(AT.currency)}
            />
            <TextField
              label="From"
              type="date"
              value={from}
              onChange={(value) => edited(() => setFrom(value))}
              required
              hint="It counts from this day until the next rate of the currency."
              error={problems.at(AT.from)}
            />
          </>
        )}
        <TextField
          label={`One ${currency === '' ? 'unit' : currency} in ${base}`}
          value={rate}
          onChange={(value) => edited(() => setRate(value))}
          required
          autoFocus={former !== undefined || currency !== ''}
          hint={'A number above 0, such as "0.9213".'}
          error={problems.at(AT.rate)}
        />
        {replaced !== undefined && <p className="note note-warning">There is a rate of this day: {replaced.rate}. Saving replaces it.</p>}
        <Refusal text={problems.rest} />
      </div>
    </Dialog>
  );
}
