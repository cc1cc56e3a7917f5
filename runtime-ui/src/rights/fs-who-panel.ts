import '../ui-kit/fs-button.js';
import '../ui-kit/fs-icon.js';
import { LitElement, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { WhoAnswer } from '@fieldstone/metadata/types/wire.js';
import { failureState } from '../ui-kit/page-state.js';
import { panelStyles } from './panel-styles.js';
import { readWho } from './rights-api.js';
import { rights } from './texts.js';

type Entry = WhoAnswer['data'][number];

/** @summary Everybody who may see a record, with what lets them. */
export class FsWhoPanel extends LitElement {
  static override styles = panelStyles;

  @property() object = '';
  @property() recordId = '';

  @state() private people: readonly Entry[] | null = null;
  @state() private total = 0;
  @state() private failure: unknown;

  override connectedCallback() {
    super.connectedCallback();
    void this.read(0);
  }

  private async read(skip: number) {
    try {
      const { data, total } = await readWho(this.object, this.recordId, skip);
      this.people = [...(skip === 0 ? [] : (this.people ?? [])), ...data];
      this.total = total;
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
    }
  }

  private entry({ user, because, ...may }: Entry) {
    return html`<li>
      <fs-icon name="user"></fs-icon>
      <div class="main">
        <strong>${user.name}</strong>
        ${(['read', 'update', 'delete'] as const).map((right) =>
          may[right] ? html` <span class="badge ${right === 'read' ? '' : 'accent'}">${rights(`who.${right}`)}</span>` : nothing,
        )}
        ${because.map(({ label, on }) => html`<p class="muted">${rights('who.because', { role: label, on })}</p>`)}
      </div>
    </li>`;
  }

  override render() {
    if (this.failure !== undefined) return failureState(this.failure, () => void this.read(0));
    const { people, total } = this;
    if (people === null) return html`<div aria-busy="true"></div>`;
    if (people.length === 0) return html`<p class="muted">${rights('who.none')}</p>`;
    return html`<ul aria-label=${rights('who.list')}>
        ${people.map((each) => this.entry(each))}
      </ul>
      ${
        people.length < total
          ? html`<p class="muted">${rights('who.count', { shown: people.length, total })}</p>
              <fs-button @click=${() => void this.read(people.length)}>${rights('who.more')}</fs-button>`
          : nothing
      }`;
  }
}

customElements.define('fs-who-panel', FsWhoPanel);
