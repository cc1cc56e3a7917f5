import '../ui-kit/fs-button.js';
import '../ui-kit/fs-dialog.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { BinPurgeAnswer, BinPurgePreview } from '@fieldstone/metadata/types/wire.js';
import { announce } from '../app/announce.js';
import { showToast } from '../app/toasts.js';
import { formatNumber } from '../fields/format.js';
import type { Screen } from '../model/screen.js';
import { previewPurge, purgeRecords, type Purged } from './purge-api.js';
import { purgeTexts as texts } from './purge-texts.js';

const LISTED = 50;

/**
 * @summary Says what would be deleted for good, with all that goes along, and does it when the person wants that.
 *
 * @event fs-purged - Something was deleted for good, or could not be.
 * @event fs-close - The person wants it closed.
 */
export class FsPurgeDialog extends LitElement {
  static override styles = css`
    fs-dialog {
      --fs-dialog-width: 520px;
    }
    p {
      margin: 0 0 12px;
      font: var(--fs-font-14);
      overflow-wrap: anywhere;
    }
    strong {
      font-weight: 600;
    }
    .error {
      color: var(--fs-danger-text);
    }
    ul {
      margin: 0 0 12px;
      padding-inline-start: 20px;
      max-height: 40vh;
      overflow: auto;
      font: var(--fs-font-14);
      overflow-wrap: anywhere;
    }
    ul:focus-visible,
    .result:focus-visible {
      outline: var(--fs-focus);
      outline-offset: 2px;
    }
    [slot='footer'] {
      display: flex;
      flex-wrap: wrap;
      justify-content: flex-end;
      gap: 8px;
    }
  `;

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) what!: Purged;
  /** Names of records that are named, for what is said of them. */
  @property({ attribute: false }) names: ReadonlyMap<string, string> = new Map();

  @state() private preview: BinPurgePreview | null = null;
  @state() private message = '';
  @state() private busy = false;
  @state() private purged = 0;
  @state() private stayed: BinPurgeAnswer['failed'] | null = null;
  private isStopped = false;

  override connectedCallback() {
    super.connectedCallback();
    queueMicrotask(() => void this.count());
  }

  private async count() {
    try {
      this.preview = await previewPurge(this.what);
    } catch (error) {
      this.message = error instanceof Error ? error.message : String(error);
    }
  }

  private fire(name: string) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true }));
  }

  private close(event?: Event) {
    event?.stopPropagation();
    if (this.busy) this.isStopped = true;
    else this.fire('fs-close');
  }

  private async purge() {
    const { preview } = this;
    if (this.busy || preview === null || preview.records === 0) return;
    this.busy = true;
    this.message = '';
    const stayed: BinPurgeAnswer['failed'] = [];
    try {
      let cursor: string | undefined;
      do {
        const more = { ...(preview.until === null ? {} : { until: preview.until }), ...(cursor === undefined ? {} : { cursor }) };
        const { purged, failed, next } = await purgeRecords(this.what, more);
        this.purged += purged;
        stayed.push(...failed);
        cursor = next ?? undefined;
      } while (cursor !== undefined && !this.isStopped);
      this.busy = false;
      this.finish(stayed);
    } catch (error) {
      this.message = error instanceof Error ? error.message : String(error);
      this.busy = false;
    }
  }

  private finish(stayed: BinPurgeAnswer['failed']) {
    const [only] = this.names.values();
    const text =
      this.names.size === 1 && only !== undefined ? texts('purged.one', { name: only }) : texts('purged_other', { count: this.purged });
    const said = this.purged === 1 && this.names.size !== 1 ? texts('purged_one', { count: 1 }) : text;
    this.fire('fs-purged');
    if (this.purged > 0) showToast({ text: said, tone: 'info' });
    if (stayed.length === 0) return this.fire('fs-close');
    this.stayed = stayed;
    announce(texts(stayed.length === 1 ? 'stayed_one' : 'stayed_other', { count: stayed.length }));
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.result')?.focus());
  }

  private number(count: number) {
    return formatNumber(count, this.screen.me);
  }

  private question({ records, isCapped, parts }: BinPurgePreview) {
    if (records === 0) return html`<p>${texts('none')}</p>`;
    const [only] = this.names.values();
    const count = this.number(records);
    return html`${records === 1 && this.names.size === 1 && only !== undefined ? html`<p><strong>${only}</strong></p>` : nothing}
      <p>${isCapped ? texts('most', { count }) : texts(records === 1 ? 'count_one' : 'count_other', { count })}</p>
      ${
        parts.length === 0
          ? nothing
          : html`<p>${texts('parts')}</p>
              <ul>
                ${parts.map((part) => html`<li>${texts('part', { label: part.label, count: this.number(part.count) })}</li>`)}
              </ul>`
      }
      <p><strong>${texts('final')}</strong></p>
      ${this.busy ? html`<p role="status">${texts('progress', { count: this.number(this.purged) })}</p>` : nothing}`;
  }

  private outcome(stayed: BinPurgeAnswer['failed']) {
    return html`<div class="result" tabindex="-1">
      <p>${texts(stayed.length === 1 ? 'stayed_one' : 'stayed_other', { count: this.number(stayed.length) })}</p>
      <ul tabindex="0" aria-label=${texts('stayed_other', { count: this.number(stayed.length) })}>
        ${stayed.slice(0, LISTED).map(({ id, message }) => html`<li>${this.names.get(id) ?? id}: ${message}</li>`)}
      </ul>
      ${stayed.length > LISTED ? html`<p>${texts('more')}</p>` : nothing}
    </div>`;
  }

  private content() {
    if (this.stayed !== null) return this.outcome(this.stayed);
    if (this.preview !== null) return this.question(this.preview);
    return this.message === '' ? html`<p role="status">${texts('counting')}</p>` : nothing;
  }

  private apply({ records, isCapped }: BinPurgePreview) {
    if (isCapped) return texts('apply_most');
    return texts(records === 1 ? 'apply_one' : 'apply_other', { count: this.number(records) });
  }

  override render() {
    const { preview, stayed, busy } = this;
    const isOver = stayed !== null || preview?.records === 0;
    return html`<fs-dialog label=${texts('title')} open has-footer @fs-close=${this.close}>
      ${this.content()} ${this.message === '' ? nothing : html`<p class="error" role="alert">${this.message}</p>`}
      <div slot="footer">
        <fs-button autofocus @click=${this.close}>${texts(isOver ? 'close' : busy ? 'stop' : 'cancel')}</fs-button>
        ${
          isOver || preview === null
            ? nothing
            : html`<fs-button variant="danger" ?loading=${busy} @click=${() => void this.purge()}>${this.apply(preview)}</fs-button>`
        }
      </div>
    </fs-dialog>`;
  }
}

customElements.define('fs-purge-dialog', FsPurgeDialog);
