import type { RecordBody, ScreenField, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { fieldScreen } from '../fields/registry.js';
import { listRecords } from '../api/records.js';
import { brokenRules } from '../model/broken-rules.js';
import { pathsRead } from '../model/conditions.js';
import type { Screen } from '../model/screen.js';
import type { Column } from './board-moves.js';

export type Barred = ReadonlyMap<string | null, string>;

/**
 * Columns that a card can not be moved to, with the reason.
 *
 * Shape:  by key of the column. What a card does not show is not known here; the server decides about the rest.
 */
export async function barredColumns(
  screen: Screen,
  object: ScreenObject,
  by: ScreenField,
  columns: readonly Column[],
  card: RecordBody,
  from: string | null,
): Promise<Barred> {
  const validations = object.validations.filter((rule) => rule.narrows === true && rule.field === by.name);
  if (validations.length === 0) return new Map();
  const judged = { ...object, validations };
  const states = await readStates(screen, judged, by, columns);
  const valueOf = (key: string | null): unknown =>
    key === null ? null : (states.get(key) ?? (fieldScreen(by).choice === 'one' ? key : { id: key }));
  const record = { ...card, [by.name]: valueOf(from) };
  const barred = new Map<string | null, string>();
  for (const { key } of columns) {
    const broken = key === from ? [] : brokenRules(screen, judged, record, { ...record, [by.name]: valueOf(key) });
    if (broken.length > 0) barred.set(key, broken.map(({ message }) => message).join(' '));
  }
  return barred;
}

/** What the rules read of the records that the columns stand for. */
async function readStates(
  screen: Screen,
  object: ScreenObject,
  by: ScreenField,
  columns: readonly Column[],
): Promise<ReadonlyMap<string, RecordBody>> {
  const paths = pathsRead(
    screen,
    object.name,
    object.validations.map((rule) => rule.errorWhen),
  );
  const fields = paths.flatMap((path) => (path.startsWith(`${by.name}.`) ? path.slice(by.name.length + 1) : []));
  if (by.target === undefined || fields.length === 0) return new Map();
  const ids = columns.flatMap(({ key }) => key ?? []);
  const answer = await listRecords(by.target, { filter: { in: [{ var: 'id' }, ids] }, fields, limit: ids.length });
  return new Map(answer.data.map((state) => [state.id, state]));
}
