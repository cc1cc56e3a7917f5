import type { Drift } from '@fieldstone/metadata/types/wire.js';

const REPAIR = 'The repair plan puts it right.';

/** What to do about a difference, in one sentence or two. */
export function adviceOf({ kind, what, name }: Pick<Drift, 'kind' | 'what' | 'name'>): string {
  return (ADVICE[`${kind} ${what}`] ?? ADVICE[`${kind} ${what.split(' ')[0] ?? ''}`] ?? (kind === 'extra' ? STRANGER : REPAIR)).replaceAll(
    '%',
    name,
  );
}

const STRANGER = 'It was not made by the engine. Leave it if you know what it is for, or drop it yourself.';

const ADVICE: Readonly<Record<string, string>> = {
  'missing table': 'Its records are gone: restore a backup. The repair plan can make it again, empty, once that is confirmed.',
  'missing column': 'Its values are gone: restore a backup. The repair plan can add it again, empty, once that is confirmed.',
  'missing view': 'Nobody can reach the records behind it. The repair plan makes it again.',
  'missing index': 'Work goes on, but slower, or without a check for doubles. The repair plan builds it online.',
  'missing constraint': 'Values are no longer checked by the database. The repair plan adds it and checks what is stored.',
  'missing role': 'Start the server again: it makes its roles at the start.',
  'differs type': 'A column is converted with its values, which no repair does by itself. Change it back by hand, or restore a backup.',
  'differs rule': 'The repair plan sets what the column must and may hold as before.',
  'differs owner': 'Only a superuser can give it back to the owner role of the engine.',
  'differs role': 'Only a superuser can take powers from a role. Do it soon: the separation of tenants rests on it.',
  'differs unchecked': 'Stored values were never compared with it. The repair plan does that online.',
  'differs unfinished': 'A build was cut off and left an index that answers nothing. The repair plan builds it again online.',
  'extra unfinished': 'A build was cut off and left an index that slows writes down. The repair plan drops it.',
  'extra table': 'No object has this table. Nothing here ever drops data: move it to another schema, or drop it yourself.',
  'extra column':
    'No field has this column. Nothing here ever drops data: drop it yourself when you are sure, or leave it; it does no harm.',
  'extra view':
    'It was not made by the engine, and the app role might see through it. Move it to a schema of its own, or drop it yourself.',
  'extra trigger': 'It runs with every write. The repair plan drops it, once that is confirmed.',
  'extra policy': 'It may show reporting tools more than one tenant. The repair plan drops it, once that is confirmed.',
  'extra right': 'It goes around the guard of tenants. The repair plan revokes it.',
};
