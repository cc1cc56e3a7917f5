import { LitElement, html, nothing } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ViewDocument } from '@fieldstone/metadata/types/documents.js';
import type { RecordBody, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { recordPath } from '../app/router.js';
import { formatNumber } from '../fields/format.js';
import { fieldScreen } from '../fields/registry.js';
import { scrollToRow, visibleRows } from '../list/grid-math.js';
import { fieldsAt, titleOf, valueAt, type FieldAt, type Screen } from '../model/screen.js';
import { t } from '../texts/text.js';
import { setStyles } from '../ui-kit/set-styles.js';
import { valueStyles } from '../ui-kit/shared-styles.js';
import { shownSum, type Column } from './board-moves.js';
import { sumText } from './board-query.js';
import { boardStyles } from './fs-board.styles.js';
import { columnStyles } from './fs-board-column.styles.js';

const gap = 8;

/**
 * @summary One column of a board. Only the cards in view are in the page.
 *
 * @event fs-more - The end of the loaded cards is near.
 * @event fs-card-focus - A card got the focus; `detail` is its id.
 */
export class FsBoardColumn extends LitElement {
  static override styles = [valueStyles, boardStyles, columnStyles];

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) object!: ScreenObject;
  @property({ attribute: false }) view!: ViewDocument;
  @property({ attribute: false }) column!: Column;
  @property({ attribute: false }) fields: readonly FieldAt[] = [];
  @property() active = '';
  @property() grabbed = '';
  @property() dragging = '';

  @state() private range = { first: 0, last: 12 };
  @query('.list') list!: HTMLElement | null;
  private listHeight = 600;
  private observer = new ResizeObserver(() => this.measure());

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  override updated(changed: Map<string, unknown>) {
    if (this.list) this.observer.observe(this.list);
    if (changed.has('column')) this.measure();
  }

  /** Cards are equally high, so their places are known without measuring. */
  private get step() {
    return 22 + 20 + Math.max(0, this.fields.length - 1) * 20 + gap;
  }

  private measure = () => {
    if (!this.list) return;
    this.listHeight = this.list.clientHeight;
    const next = visibleRows(this.list.scrollTop, this.listHeight, this.step, this.column.count, 3);
    if (next.first !== this.range.first || next.last !== this.range.last) this.range = next;
    if (next.last >= this.column.cards.length - 1 && this.column.next !== null) this.dispatchEvent(new CustomEvent('fs-more'));
  };

  /** Answers whether the card is in this column; it is brought into view and focused. */
  async focusCard(id: string): Promise<boolean> {
    const index = this.column.cards.findIndex((card) => card.id === id);
    if (index < 0 || !this.list) return false;
    this.list.scrollTop = scrollToRow(index, this.list.scrollTop, this.listHeight, this.step);
    this.measure();
    await this.updateComplete;
    this.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    this.renderRoot.querySelector<HTMLElement>(`[data-id="${id}"]`)?.focus({ preventScroll: true });
    return true;
  }

  private card(card: RecordBody, index: number) {
    const [first, ...others] = this.fields;
    const viewing = (at: FieldAt) => ({ field: at.field, screen: this.screen });
    const name = (first && fieldScreen(first.field).text(valueAt(card, first.path), viewing(first))) || titleOf(this.object, card);
    const classes = `card ${this.grabbed === card.id ? 'grabbed' : ''} ${this.dragging === card.id ? 'dragging' : ''}`;
    return html`<div
      class=${classes}
      data-id=${card.id}
      role="group"
      aria-roledescription=${t('board.card')}
      aria-label="${name}, ${this.label}, ${index + 1} / ${this.column.count}"
      aria-describedby="hint"
      tabindex=${this.active === card.id ? 0 : -1}
      @focus=${() => this.dispatchEvent(new CustomEvent('fs-card-focus', { detail: card.id, bubbles: true, composed: true }))}
    >
      <a class="name" href=${recordPath(this.object.name, card.id)} draggable="false" tabindex="-1">${name}</a>
      ${others.map((at) => {
        const shown = fieldScreen(at.field);
        return html`<div class="line ${shown.align}" title=${at.label}>${shown.view(valueAt(card, at.path), viewing(at))}</div>`;
      })}
      <button class="menu" tabindex=${this.active === card.id ? 0 : -1} aria-haspopup="menu" aria-label=${t('board.moveOf', { name })}>
        ⋮
      </button>
    </div>`;
  }

  private get label() {
    return this.column.label || t('board.none');
  }

  /** Details of the column's own record, such as a probability, and the sums over all of its records. */
  private facts() {
    const { board } = this.view;
    const target = this.screen.field(this.object.name, board?.by ?? '')?.target;
    const details = target === undefined ? [] : fieldsAt(this.screen, target, board?.columns?.details ?? []);
    return html`${details.map((at) => {
      const value = this.column.details?.[at.path] ?? null;
      return html`<span title=${at.label}>${fieldScreen(at.field).view(value, { field: at.field, screen: this.screen })}</span>`;
    })}${fieldsAt(this.screen, this.object.name, board?.sums ?? []).map((at) => {
      const sum = this.column.sums[at.path];
      // What the amount in the base currency is made of.
      const parts = Array.isArray(sum) && sum.length > 1 ? `: ${sumText(this.screen, at.field, sum)}` : '';
      return html`<span title=${at.label + parts}>${sumText(this.screen, at.field, shownSum(this.column, at.path))}</span>`;
    })}`;
  }

  override render() {
    const { column, step } = this;
    const indexes: number[] = [];
    const last = Math.min(this.range.last, column.count - 1);
    for (let i = this.range.first; i <= last; i += 1) indexes.push(i);
    const active = column.cards.findIndex((card) => card.id === this.active);
    if (active >= 0 && (active < this.range.first || active > last)) indexes.push(active);
    const count = formatNumber(column.count, this.screen.me);
    return html`<section class="column ${column.color ?? 'neutral'}" aria-label=${t('board.column', { label: this.label, count })}>
      <header>
        <h2><span>${this.label}</span><span class="count">${count}</span></h2>
        <div class="facts">${this.facts()}</div>
      </header>
      <div class="list" @scroll=${this.measure}>
        ${
          column.count === 0
            ? html`<div class="nothing">${t('board.empty')}</div>`
            : html`<ul class="space" ${setStyles({ height: `${column.count * step + gap}px` })}>
                ${repeat(
                  indexes,
                  (index) => column.cards[index]?.id ?? index,
                  (index) => {
                    const card = column.cards[index];
                    const place = setStyles({ transform: `translateY(${index * step + gap}px)`, height: `${step - gap}px` });
                    return html`<li ${place} aria-setsize=${column.count} aria-posinset=${index + 1}>
                      ${card ? this.card(card, index) : html`<div class="waiting"></div>`}
                    </li>`;
                  },
                )}
              </ul>`
        }
      </div>
      ${column.count > 0 ? html`<span id="hint" hidden>${t('board.hint')}</span>` : nothing}
    </section>`;
  }
}

customElements.define('fs-board-column', FsBoardColumn);
