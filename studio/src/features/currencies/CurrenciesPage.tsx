import { useQuery } from '@tanstack/react-query';
import { Coins, Plus } from 'lucide-react';
import { useState } from 'react';
import { readCurrencies, type ExchangeRate } from '../../api/currencies.js';
import { useMe } from '../../api/session.js';
import { TextField } from '../../ui/Field.js';
import { PageHead } from '../../ui/PageHead.js';
import { PageState } from '../../ui/PageState.js';
import { Empty } from '../../ui/states.js';
import { BaseDialog } from './BaseDialog.js';
import { CurrencyCard } from './CurrencyCard.js';
import { RateDialog } from './RateDialog.js';
import { currencyName, ratesOn, today } from './rates.js';

/** The currency that amounts are added up in, and what others are worth in it, from which day on. */
export function CurrenciesPage() {
  const settings = useQuery({ queryKey: ['currencies'], queryFn: readCurrencies });
  const mayChange = useMe().data?.capabilities.includes('manage_settings') === true;
  const [chosenDay, setDay] = useState(today);
  const [open, setOpen] = useState<'base' | ExchangeRate | { currency: string }>();
  if (!settings.isSuccess) return <PageState what="currencies" queries={[settings]} />;
  const { base, rates } = settings.data;
  const day = chosenDay === '' ? today() : chosenDay;
  const close = () => setOpen(undefined);
  const add = mayChange && (
    <button type="button" className="btn btn-primary" onClick={() => setOpen({ currency: '' })}>
      <Plus size={16} aria-hidden /> New rate
    </button>
  );
  return (
    <div className="page">
      <PageHead title="Currencies" action={rates.length > 0 && add}>
        What amounts in other currencies are worth in sums. This takes effect at once; it is not part of the draft.
      </PageHead>
      <section className="card card-body row-between" aria-label="Base currency">
        <div>
          <h2>Base currency</h2>
          <p>
            <b>{base}</b> {currencyName(base)}
          </p>
        </div>
        {mayChange && (
          <button type="button" className="btn" onClick={() => setOpen('base')}>
            Choose another
          </button>
        )}
      </section>
      {rates.length === 0 ? (
        <section className="card" aria-label="Rates">
          <Empty icon={<Coins size={28} aria-hidden />} title="No rates yet" action={add === false ? undefined : add}>
            Amounts in other currencies than {base} are not added up until they have a rate.
          </Empty>
        </section>
      ) : (
        <>
          <div style={{ maxWidth: 240 }}>
            <TextField label="Rates that count on" type="date" value={day} onChange={setDay} />
          </div>
          {ratesOn(rates, day).map((each) => (
            <CurrencyCard
              key={each.currency}
              base={base}
              day={day}
              rates={each}
              mayChange={mayChange}
              onAdd={() => setOpen({ currency: each.currency })}
              onChange={setOpen}
            />
          ))}
        </>
      )}
      {open === 'base' && <BaseDialog base={base} onClose={close} />}
      {open !== undefined && open !== 'base' && <RateDialog settings={settings.data} given={open} onClose={close} />}
    </div>
  );
}
