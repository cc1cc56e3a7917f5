import type { AccessEffect } from '@fieldstone/metadata/types/wire.js';
import { Minus, Plus } from 'lucide-react';

/** Who gains and who loses what by publishing. */
export function AccessEffects({ effects }: { effects: readonly AccessEffect[] }) {
  return (
    <section className="card" aria-label="Effect on rights">
      <div className="card-head">
        <h2>
          Effect on rights <span className="badge">{effects.length}</span>
        </h2>
      </div>
      <ul className="card-body stack">
        {effects.map(({ id, label, people, gains, loses }) => (
          <li key={id}>
            <b>{label}</b> <span className="muted small">{people === 1 ? '1 person' : `${(people ?? 0).toLocaleString()} people`}</span>
            <ul className="effects">
              {gains.map((text) => (
                <li key={`+${text}`}>
                  <Plus size={14} aria-label="Gains" /> {text}
                </li>
              ))}
              {loses.map((text) => (
                <li key={`-${text}`}>
                  <Minus size={14} aria-label="Loses" /> {text}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}
