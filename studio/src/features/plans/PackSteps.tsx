import type { PackStep } from '@fieldstone/metadata/types/wire.js';
import { Link } from 'react-router';
import { stepText } from '../packs/words.js';

/** Packs that a publish installs, upgrades or takes away. */
export function PackSteps({ steps }: { steps: readonly PackStep[] }) {
  if (steps.length === 0) return null;
  return (
    <p className="row small">
      {steps.map((step) => (
        <Link key={step.name} className="badge badge-accent" to={`/packs/${step.name}`}>
          {stepText(step)}
        </Link>
      ))}
    </p>
  );
}
