import { quote } from '../kernel/statement.js';
import { dropConstraint } from './changes/add-reference.js';
import type { Finding } from './drift.js';
import { inTransaction, type Repair, type RepairContext } from './repair-step.js';
import { rightRepair } from './repair-parts.js';
import { target } from './repair-platform.js';

/** Index and constraint names that only the engine gives: what is left of them was made by it. */
const OURS = /^(ix|uq|nn|fk|ow|rb)_\w+_[0-9a-z]+$/;
/** Triggers the engine made to keep two columns alike for a while. */
const OUR_TRIGGER = /^dw_/;

/** What to do about something that should not be there. Nothing that holds data is ever dropped. */
export function extraRepair({ drift, found }: Finding, { roles }: RepairContext): Repair {
  if (found === null) return { refused: drift.advice };
  const at = `${quote(found.schema)}.${quote(found.of)}`;
  const name = quote(found.name);
  switch (found.kind) {
    case 'index':
      if (found.isValid !== false && !OURS.test(found.name)) return { refused: drift.advice };
      return {
        statements: [{ sql: `drop index concurrently if exists ${quote(found.schema)}.${name}`, phase: 'POST', lock: 'L2', risk: 'R0' }],
      };
    case 'constraint':
      return OURS.test(found.name) ? { statements: [dropConstraint(at, name)] } : { refused: drift.advice };
    case 'trigger': {
      const statements = [inTransaction(`drop trigger ${name} on ${at}`)];
      if (OUR_TRIGGER.test(found.name)) return { statements };
      return {
        statements,
        confirm: { message: `The trigger ${found.name} on ${found.of} was not made by the engine. It is dropped; its function stays.` },
      };
    }
    case 'policy':
      return {
        statements: [inTransaction(`drop policy ${name} on ${at}`)],
        confirm: { message: `The policy ${found.name} on ${found.of} was not made by the engine. It is dropped.` },
      };
    case 'right':
      return rightRepair(target(found), found, roles, false);
    default:
      return { refused: drift.advice };
  }
}
