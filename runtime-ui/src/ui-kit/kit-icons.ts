import SlIcon from '@shoelace-style/shoelace/dist/components/icon/icon.component.js';
import { html } from 'lit';
import './fs-icon.js';

/** Names the kit's own elements ask for, by the Lucide icon that takes their place. */
const names: Readonly<Record<string, string>> = {
  'x-lg': 'x',
  'x-circle-fill': 'x',
  'check-lg': 'check',
  indeterminate: 'minus',
};

/**
 * The kit fetches a file for each of its icons. Its icon element shows the icons that travel with the code instead, whichever library is
 * asked for, so that no icon is ever requested, here or elsewhere.
 */
Object.assign(SlIcon.prototype, {
  setIcon: () => undefined,
  render(this: SlIcon) {
    const name = this.name ?? '';
    return html`<fs-icon name=${names[name] ?? name} part="svg"></fs-icon>`;
  },
});
