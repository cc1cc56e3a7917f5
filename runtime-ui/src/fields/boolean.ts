import '../ui-kit/fs-checkbox.js';
import { html } from 'lit';
import { t } from '../texts/text.js';
import type { FieldScreen } from './field-screen.js';

const shown = (value: unknown) => (value === true ? t('field.yes') : value === false ? t('field.no') : '');

export const boolean: FieldScreen = {
  type: 'boolean',
  align: 'start',
  width: 90,
  filter: 'boolean',
  text: shown,
  view: shown,
  edit: (editing) =>
    html`<fs-checkbox
      data-field=${editing.field.name}
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      ?disabled=${editing.disabled}
      .checked=${editing.value === true}
      @fs-change=${(event: CustomEvent<boolean>) => editing.change(event.detail)}
    ></fs-checkbox>`,
};
