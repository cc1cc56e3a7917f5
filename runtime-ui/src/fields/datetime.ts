import { html } from 'lit';
import type { FieldScreen } from './field-screen.js';
import { formatInstant } from './format.js';
import { asText, textEditor } from './text-editor.js';
import { fromLocalInput, toLocalInput } from './zoned-time.js';

const shown = (value: unknown, { screen }: Parameters<FieldScreen['text']>[1]) =>
  typeof value === 'string' ? formatInstant(value, screen.me) : '';

/** Instants are edited as wall-clock time in the zone of the person. */
export const datetime: FieldScreen = {
  type: 'datetime',
  align: 'start',
  width: 170,
  filter: 'datetime',
  text: shown,
  view: shown,
  edit: (editing) => {
    const zone = editing.screen.me.timeZone;
    const local = toLocalInput(asText(editing.value), zone);
    return html`${textEditor(
      {
        ...editing,
        change: (value) => editing.change(typeof value === 'string' ? fromLocalInput(value, zone) : null),
      },
      { type: 'datetime-local', text: local },
    )}`;
  },
};
