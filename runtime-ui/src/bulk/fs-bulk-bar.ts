import '../ui-kit/fs-button.js';
import './fs-bulk-dialog.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { RecordBody, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { showToast } from '../app/toasts.js';
import { formatNumber } from '../fields/format.js';
import { ownerField, type Screen } from '../model/screen.js';
import { t } from '../texts/text.js';
import type { BulkTask } from './fs-bulk-dialog.js';
import { bulk, counted } from './texts.js';

/** As many records become one at once. */
const MOST_MERGED = 4;

/**
 * @summary What can be done with the chosen records of a list.
 *
 * @event fs-choose-all - The person wants all records of the list, as far as one call takes them.
 * @event fs-choose-none - The person wants none of them.
 * @event fs-done - `detail` has the ids of those that stayed as they were.
 */
export class FsBulkBar extends LitElement {
  static override styles = css`
    [role='toolbar'] {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 6px 8px;
      padding: 8px 12px;
      background: var(--fs-surface);
      border-top: 1px solid var(--fs-line-strong);
    }
    b {
      font: var(--fs-font-13);
      font-weight: 600;
      font-variant-numeric: tabular-nums;
      margin-inline-end: 4px;
    }
    .end {
      margin-inline-start: auto;
    }
  `;

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) object!: ScreenObject;
  @property({ attribute: false }) records: readonly RecordBody[] = [];
  /** Records of the list, and how many of them one call takes. */
  @property({ attribute: false }) total = 0;
  @property({ attribute: false }) most = 0;
  /** Reads the list again. */
  @property({ attribute: false }) refresh: () => void = () => undefined;

  @state() private task: BulkTask | null = null;
  /** Those that are merged, while that is asked about. */
  @state() private merging: readonly RecordBody[] | null = null;

  private fire(name: string) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true }));
  }

  private open(task: BulkTask) {
    this.task = task;
  }

  private async openMerge() {
    const { records } = this;
    try {
      await import('../undo/merge-part.js');
      this.merging = records;
    } catch {
      showToast({ text: t('state.offline.title'), tone: 'danger' });
    }
  }

  /** The others are gone; the one that stays is not chosen any more. */
  private merged(event: Event) {
    event.stopPropagation();
    this.dispatchEvent(new CustomEvent('fs-done', { detail: [], bubbles: true, composed: true }));
  }

  private get canMerge() {
    const { actions, update, delete: remove } = this.object.access;
    const { length } = this.records;
    return actions.includes('merge') && update && remove && length >= 2 && length <= MOST_MERGED;
  }

  private mergeDialog() {
    const [record, ...others] = this.merging ?? [];
    if (record === undefined) return nothing;
    return html`<fs-merge-dialog
      .screen=${this.screen}
      .object=${this.object}
      .record=${record}
      .chosen=${others}
      .refresh=${this.refresh}
      @fs-saved=${this.merged}
      @fs-close=${this.close}
    ></fs-merge-dialog>`;
  }

  private close() {
    this.task = null;
    this.merging = null;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('fs-button')?.focus());
  }

  override render() {
    const { access } = this.object;
    const canBeMore = this.records.length < Math.min(this.total, this.most);
    const owner = ownerField(this.object);
    const number = (count: number) => formatNumber(count, this.screen.me);
    return html`<div role="toolbar" aria-label=${bulk('bar.label')}>
        <b>${counted('bar.chosen', this.records.length)}</b>
        ${access.update ? html`<fs-button icon="pencil" @click=${() => this.open('edit')}>${bulk('bar.edit')}</fs-button>` : nothing}
        ${
          access.update && owner?.editable === true
            ? html`<fs-button icon="user" @click=${() => this.open('owner')}>${bulk('bar.owner')}</fs-button>`
            : nothing
        }
        ${
          this.canMerge ? html`<fs-button icon="git-merge" @click=${() => void this.openMerge()}>${bulk('bar.merge')}</fs-button>` : nothing
        }
        ${access.delete ? html`<fs-button icon="trash-2" @click=${() => this.open('delete')}>${bulk('bar.delete')}</fs-button>` : nothing}
        ${
          canBeMore
            ? html`<fs-button variant="quiet" @click=${() => this.fire('fs-choose-all')}
                >${this.total <= this.most ? bulk('bar.all', { count: number(this.total) }) : bulk('bar.first', { count: number(this.most) })}</fs-button
              >`
            : nothing
        }
        <fs-button class="end" variant="quiet" @click=${() => this.fire('fs-choose-none')}>${bulk('bar.clear')}</fs-button>
      </div>
      ${
        this.task === null
          ? nothing
          : html`<fs-bulk-dialog
              .screen=${this.screen}
              .object=${this.object}
              .records=${this.records}
              .task=${this.task}
              .refresh=${this.refresh}
              @fs-close=${this.close}
            ></fs-bulk-dialog>`
      }
      ${this.mergeDialog()}`;
  }
}

customElements.define('fs-bulk-bar', FsBulkBar);
