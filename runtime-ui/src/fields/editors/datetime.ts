import { asText } from '../as-text.js';
import type { FieldEditor } from '../field-editors.js';
import { fromLocalInput, toLocalInput } from '../zoned-time.js';
import { oneLine } from './one-line.js';

/** Instants are edited as wall-clock time in the zone of the person. */
export const datetime: FieldEditor = {
  edit: (editing) => {
    const zone = editing.screen.me.timeZone;
    const change = (value: unknown) => editing.change(typeof value === 'string' ? fromLocalInput(value, zone) : null);
    return oneLine({ ...editing, change }, { type: 'datetime-local', text: toLocalInput(asText(editing.value), zone) });
  },
};
