import { html } from 'lit';
import type { FieldScreen } from './field-screen.js';
import { integer } from './integer.js';

export const score: FieldScreen = {
  ...integer,
  type: 'score',
  align: 'start',
  width: 120,
  view(value, viewing) {
    const number = Number(value);
    if (value === null || Number.isNaN(number)) return '';
    const [least, most] = [Number(viewing.field.min ?? 0), Number(viewing.field.max ?? 100)];
    const share = most > least ? Math.min(Math.max((number - least) / (most - least), 0), 1) : 0;
    return html`<span class="score"
      ><svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="6"></rect>
        <rect width=${share * 100} height="6"></rect></svg
      >${integer.text(value, viewing)}</span
    >`;
  },
};
