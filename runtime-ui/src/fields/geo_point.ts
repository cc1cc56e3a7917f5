import { html } from 'lit';
import { t } from '../texts/text.js';
import type { FieldScreen } from './field-screen.js';
import { formatNumber } from './format.js';

export type PointValue = { readonly lat: number | string; readonly lng: number | string };

export const asPoint = (value: unknown): PointValue | null =>
  typeof value === 'object' && value !== null && 'lat' in value && 'lng' in value ? (value as PointValue) : null;

const shown = (value: unknown, { screen }: Parameters<FieldScreen['text']>[1]) => {
  const point = asPoint(value);
  return point === null ? '' : `${formatNumber(point.lat, screen.me)}° ${formatNumber(point.lng, screen.me)}°`;
};

/** Nothing is fetched from elsewhere: the map opens when somebody follows the link. */
export const geoPoint: FieldScreen = {
  type: 'geo_point',
  valueType: 'structure',
  align: 'start',
  width: 170,
  filter: 'presence',
  text: shown,
  view(value, viewing) {
    const point = asPoint(value);
    if (point === null) return '';
    const [lat, lng] = [encodeURIComponent(point.lat), encodeURIComponent(point.lng)];
    const address = `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lng}#map=15/${lat}/${lng}`;
    return html`<a class="link" href=${address} target="_blank" rel="noopener noreferrer" title=${t('field.map')}
      >${shown(value, viewing)}</a
    >`;
  },
};
