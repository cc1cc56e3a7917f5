import '../ui-kit/fs-icon.js';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { RecordBody } from '@fieldstone/metadata/types/wire.js';
import { t } from '../texts/text.js';
import { setStyles } from '../ui-kit/set-styles.js';
import { valueStyles } from '../ui-kit/shared-styles.js';
import { gridStyles } from './fs-grid.styles.js';
import { clampWidth, moveCell, scrollToRow, visibleRows, type Cell, type RowRange } from './grid-math.js';

export type GridColumn = {
  readonly key: string;
  readonly label: string;
  readonly width: number;
  readonly align: 'start' | 'end';
  readonly sortable: boolean;
  readonly sorted?: 'asc' | 'desc' | undefined;
  /** Place among several levels of order, from 1. */
  readonly priority?: number | undefined;
  view(record: RecordBody): TemplateResult | string;
  /** The same without links, for rows that are one target as a whole. */
  plain(record: RecordBody): TemplateResult | string;
  /** Names the record where only one column can stand out. */
  readonly isName: boolean;
};

export type GridRows = {
  readonly total: number | undefined;
  row(index: number): RecordBody | undefined;
  want(first: number, last: number): void;
};

const narrowWidth = 560;
const cardHeight = 64;

/**
 * @summary A table of any length: only the rows in view are in the page, each keyed by its place.
 *
 * @event fs-open - A row should be opened; `detail` is { id, newTab }.
 * @event fs-sort - A head was chosen; `detail` is { key, add }.
 * @event fs-resize - A column got another width; `detail` is { key, width }.
 */
export class FsGrid extends LitElement {
  static override styles = [valueStyles, gridStyles];

  @property() label = '';
  @property({ attribute: false }) columns: readonly GridColumn[] = [];
  @property({ attribute: false }) rows: GridRows | undefined;
  /** Changes whenever rows changed: the rows themselves are no reactive value. */
  @property({ attribute: false }) revision = 0;
  @property({ attribute: false }) linkOf: (record: RecordBody) => string = () => '';

  @state() private range: RowRange = { first: 0, last: -1 };
  @state() private active: Cell = { row: 0, column: 0 };
  @state() private narrow = false;
  @state() private widths: Record<string, number> = {};
  @query('.scroller') private scroller!: HTMLElement;
  private height = 0;
  private density = 40;
  private keepFocus = false;
  private observer = new ResizeObserver((entries) => {
    for (const entry of entries) {
      this.height = entry.contentRect.height;
      this.narrow = entry.contentRect.width < narrowWidth;
    }
    this.measure();
  });
  private themes = new MutationObserver(() => this.measure());

  private get rowHeight() {
    return this.narrow ? cardHeight : this.density;
  }

  override connectedCallback() {
    super.connectedCallback();
    this.observer.observe(this);
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-density'] });
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.observer.disconnect();
    this.themes.disconnect();
  }

  get activeRecord(): RecordBody | undefined {
    return this.rows?.row(Math.max(0, this.active.row));
  }

  /** Back to the first row, for a new list in the same place. */
  toTop() {
    this.active = { row: 0, column: 0 };
    if (this.scroller) this.scroller.scrollTop = 0;
    this.measure();
  }

  get scrolledTo() {
    return this.scroller?.scrollTop ?? 0;
  }

  restoreScroll(top: number) {
    void this.updateComplete.then(() => {
      this.scroller.scrollTop = top;
      this.measure();
    });
  }

  private measure = () => {
    this.density = parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--fs-row')) || 40;
    const total = this.rows?.total ?? 0;
    const next = visibleRows(this.scroller?.scrollTop ?? 0, this.height, this.rowHeight, total);
    if (next.first !== this.range.first || next.last !== this.range.last) this.range = next;
    this.rows?.want(next.first, Math.max(next.last, next.first));
  };

  override updated(changed: Map<string, unknown>) {
    if (changed.has('rows') || changed.has('revision') || changed.has('narrow')) this.measure();
    if (!this.keepFocus) return;
    this.keepFocus = false;
    this.renderRoot.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  }

  private columnCount() {
    return this.narrow ? 1 : this.columns.length;
  }

  private goTo(cell: Cell) {
    this.active = cell;
    this.keepFocus = true;
    if (cell.row >= 0) {
      const head = this.narrow ? 0 : 34;
      const top = scrollToRow(cell.row, this.scroller.scrollTop, this.height - head, this.rowHeight);
      if (top !== this.scroller.scrollTop) this.scroller.scrollTop = top;
      this.measure();
    }
    this.requestUpdate();
  }

  private fire(name: string, detail: unknown) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  private keyed(event: KeyboardEvent) {
    const control = event.ctrlKey || event.metaKey;
    const column = this.columns[this.active.column];
    if (this.active.row < 0 && column && event.shiftKey && /^Arrow(Left|Right)$/.test(event.key)) {
      event.preventDefault();
      this.resize(column, this.widthOf(column) + (event.key === 'ArrowRight' ? 16 : -16), true);
      return;
    }
    const page = Math.max(1, Math.floor(this.height / this.rowHeight) - 1);
    const next = event.altKey ? undefined : moveCell(this.active, event.key, control, this.rows?.total ?? 0, this.columnCount(), page);
    if (next) {
      event.preventDefault();
      this.goTo(this.narrow && next.row < 0 ? { ...next, row: 0 } : next);
    } else if (event.key === 'Enter' || event.key === 'o') {
      event.preventDefault();
      event.stopPropagation();
      if (this.active.row < 0) {
        if (column?.sortable) this.fire('fs-sort', { key: column.key, add: event.shiftKey });
      } else this.open(this.active.row, control);
    }
  }

  private open(row: number, newTab: boolean) {
    const record = this.rows?.row(row);
    if (record) this.fire('fs-open', { id: record.id, newTab });
  }

  private clicked(event: MouseEvent, row: number, column: number) {
    this.active = { row, column };
    // Links do their own work; anywhere else on the row opens it.
    if (event.composedPath().some((node) => node instanceof HTMLAnchorElement) || event.detail > 1) return;
    if (getSelection()?.isCollapsed === false) return;
    this.open(row, event.ctrlKey || event.metaKey);
  }

  private widthOf(column: GridColumn) {
    return this.widths[column.key] ?? column.width;
  }

  private resize(column: GridColumn, width: number, done: boolean) {
    this.widths = { ...this.widths, [column.key]: clampWidth(width) };
    if (done) this.fire('fs-resize', { key: column.key, width: clampWidth(width) });
  }

  private startResize(event: PointerEvent, column: GridColumn) {
    event.preventDefault();
    event.stopPropagation();
    const handle = event.currentTarget as HTMLElement;
    const start = event.clientX;
    const before = this.widthOf(column);
    handle.setPointerCapture(event.pointerId);
    const move = (e: PointerEvent) => this.resize(column, before + e.clientX - start, false);
    handle.addEventListener('pointermove', move);
    handle.addEventListener(
      'pointerup',
      (e) => {
        handle.removeEventListener('pointermove', move);
        this.resize(column, before + e.clientX - start, true);
      },
      { once: true },
    );
  }

  /** Double click: as wide as the widest value in view. */
  private fit(column: GridColumn, index: number) {
    const cells = [...this.renderRoot.querySelectorAll<HTMLElement>(`.row > :nth-child(${index + 1}), .head > :nth-child(${index + 1})`)];
    this.resize(column, Math.max(...cells.map((cell) => cell.scrollWidth), 60) + 4, true);
  }

  private head(columns: string) {
    return html`<div class="head" role="row" aria-rowindex="1" ${setStyles({ 'grid-template-columns': columns })}>
      ${this.columns.map((column, index) => {
        const sort = column.sorted === undefined ? 'none' : column.sorted === 'asc' ? 'ascending' : 'descending';
        return html`<div
          class="title ${column.align} ${column.sortable ? 'sortable' : ''}"
          role="columnheader"
          aria-colindex=${index + 1}
          aria-sort=${column.sortable ? sort : nothing}
          tabindex=${this.active.row === -1 && this.active.column === index ? 0 : -1}
          @focus=${() => (this.active = { row: -1, column: index })}
          @click=${(event: MouseEvent) => column.sortable && this.fire('fs-sort', { key: column.key, add: event.shiftKey })}
        >
          ${column.label}${
            column.sorted === undefined
              ? nothing
              : html`<fs-icon name=${column.sorted === 'asc' ? 'arrow-up' : 'arrow-down'}></fs-icon>${
                    column.priority === undefined ? nothing : html`<sup>${column.priority}</sup>`
                  }`
          }<span
            class="handle"
            @pointerdown=${(event: PointerEvent) => this.startResize(event, column)}
            @click=${(event: Event) => event.stopPropagation()}
            @dblclick=${() => this.fit(column, index)}
          ></span>
        </div>`;
      })}
    </div>`;
  }

  private row(index: number, columns: string) {
    const record = this.rows?.row(index);
    const isActive = this.active.row === index;
    const place = setStyles({
      transform: `translateY(${index * this.rowHeight}px)`,
      'grid-template-columns': this.narrow ? '1fr' : columns,
    });
    return html`<div
      class="row ${isActive ? 'active' : ''}"
      role="row"
      aria-rowindex=${index + 2}
      aria-busy=${record ? nothing : 'true'}
      ${place}
    >
      ${this.narrow ? this.card(index, record) : this.columns.map((column, at) => this.cell(index, at, column, record))}
    </div>`;
  }

  private cell(row: number, at: number, column: GridColumn, record: RecordBody | undefined) {
    const content = record ? column.view(record) : html`<span class="empty"></span>`;
    return html`<div
      class="cell ${column.align}"
      role="gridcell"
      aria-colindex=${at + 1}
      tabindex=${this.active.row === row && this.active.column === at ? 0 : -1}
      @focus=${() => (this.active = { row, column: at })}
      @click=${(event: MouseEvent) => this.clicked(event, row, at)}
    >
      ${at === 0 && record ? html`<a class="record" tabindex="-1" href=${this.linkOf(record)}>${content}</a>` : content}
    </div>`;
  }

  private card(row: number, record: RecordBody | undefined) {
    const first = this.columns.find((column) => column.isName) ?? this.columns[0];
    const others = this.columns.filter((column) => column !== first);
    return html`<div
      class="card"
      role="gridcell"
      aria-colindex="1"
      tabindex=${this.active.row === row ? 0 : -1}
      @focus=${() => (this.active = { row, column: 0 })}
      @click=${(event: MouseEvent) => this.clicked(event, row, 0)}
    >
      ${
        record && first
          ? html`<a class="record" tabindex="-1" href=${this.linkOf(record)}>${first.plain(record)}</a>
              <span class="meta">${others.slice(0, 3).map((column) => html`<span>${column.plain(record)}</span>`)}</span>`
          : html`<span class="empty"></span>`
      }
    </div>`;
  }

  override render() {
    const total = this.rows?.total ?? 0;
    const columns = this.columns.map((c, i) =>
      i === this.columns.length - 1 ? `minmax(${this.widthOf(c)}px, 1fr)` : `${this.widthOf(c)}px`,
    );
    const template = columns.join(' ');
    const width = this.columns.reduce((sum, c) => sum + this.widthOf(c), 0);
    const indexes: number[] = [];
    for (let i = this.range.first; i <= Math.min(this.range.last, total - 1); i += 1) indexes.push(i);
    // The row with focus stays in the page when it is scrolled away, or focus would fall to the body.
    const { row } = this.active;
    if (row >= 0 && row < total && (row < this.range.first || row > this.range.last)) {
      if (row < this.range.first) indexes.unshift(row);
      else indexes.push(row);
    }
    return html`<div class="scroller" @scroll=${this.measure}>
      <div
        role="grid"
        aria-label=${this.label}
        aria-rowcount=${total + 1}
        aria-colcount=${this.columnCount()}
        aria-describedby="keys"
        @keydown=${this.keyed}
        ${setStyles({ '--row': `${this.rowHeight}px`, width: this.narrow ? '100%' : `max(100%, ${width}px)` })}
      >
        ${
          this.narrow
            ? html`<div role="row" aria-rowindex="1" class="visually-hidden">
                <span role="columnheader">${this.columns[0]?.label ?? ''}</span>
              </div>`
            : this.head(template)
        }
        <div class="body" role="rowgroup" ${setStyles({ height: `${total * this.rowHeight}px` })}>
          ${repeat(
            indexes,
            (index) => index,
            (index) => this.row(index, template),
          )}
        </div>
      </div>
      <span id="keys" class="visually-hidden">${t('list.keys')}</span>
    </div>`;
  }
}

customElements.define('fs-grid', FsGrid);
