import '../../ui-kit/fs-field-group.js';
import '../../ui-kit/fs-input.js';
import { html } from 'lit';
import { t } from '../../texts/text.js';
import type { FieldEditor } from '../field-editors.js';
import { asPoint, type PointValue } from '../geo_point.js';
import { typedNumber } from './typed-number.js';

const NOWHERE: PointValue = { lat: '', lng: '' };

export const geoPoint: FieldEditor = {
  edit(editing) {
    const point = asPoint(editing.value) ?? NOWHERE;
    const part = (name: keyof PointValue) =>
      html`<fs-input
        label=${t(`part.${name}`)}
        inputmode="decimal"
        ?disabled=${editing.disabled}
        .value=${String(point[name])}
        @fs-change=${(event: CustomEvent<string>) => {
          event.stopPropagation();
          const next = { ...point, [name]: event.detail };
          editing.change(next.lat === '' && next.lng === '' ? null : next);
        }}
      ></fs-input>`;
    return html`<fs-field-group
      data-field=${editing.field.name}
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      ?required=${editing.required}
      >${part('lat')}${part('lng')}</fs-field-group
    >`;
  },
  toWrite(value) {
    const point = asPoint(value);
    return point === null ? value : { lat: typedNumber(String(point.lat)), lng: typedNumber(String(point.lng)) };
  },
};
