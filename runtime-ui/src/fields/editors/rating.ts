import '../../ui-kit/fs-rating-input.js';
import { html } from 'lit';
import { t } from '../../texts/text.js';
import type { FieldEditor } from '../field-editors.js';
import { starsOf } from '../rating.js';

export const rating: FieldEditor = {
  edit(editing) {
    const most = starsOf(editing.field);
    return html`<fs-rating-input
      data-field=${editing.field.name}
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      max=${most}
      clear-label=${t('lookup.clear')}
      ?required=${editing.required}
      ?disabled=${editing.disabled}
      .name=${(stars: number) => t('field.stars', { count: stars, most })}
      .value=${typeof editing.value === 'number' ? editing.value : null}
      @fs-change=${(event: CustomEvent<number | null>) => editing.change(event.detail)}
    ></fs-rating-input>`;
  },
};
