import '../ui-kit/fs-icon.js';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
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
  /** The name of a record, for people who do not see where it stands. */
  name(record: RecordBody): string;
};

export type GridRows = {
  readonly total: number | undefined;
  row(index: number): RecordBody | undefined;
  want(first: number, last: number): void;
};

/** Rows that can be chosen at once. */
export const MOST = 1_000;
const narrowWidth = 560;
const cardHeight = 64;

/**
 * @summary A table of any length: only the rows in view are in the page, each keyed by its place.
 *
 * @event fs-open - A row should be opened; `detail` is { id, newTab }.
 * @event fs-sort - A head was chosen; `detail` is { key, add }.
 * @event fs-select - Rows were chosen or no longer are; `detail` is { records, on }.
 * @event fs-resize - A column got another width; `detail` is { key, width }.
 */
export class FsGrid extends LitElement {
  static override styles = [valueStyles, gridStyles];

  @property() label = '';
  @property({ attribute: false }) columns: readonly GridColumn[] = [];
  @property({ attribute: false }) rows: GridRows | undefined;
  /** Changes whenever rows changed: the rows themselves are no reactive value. */
  @property({ attribute: false }) revision = 0;
  /** Ids of the chosen rows; undefined where none can be chosen. */
  @property({ attribute: false }) selected: ReadonlySet<string> | undefined;
  @property({ attribute: false }) linkOf: (record: RecordBody) => string = () => '';

  @state() private range: RowRange = { first: 0, last: -1 };
  @state() private active: Cell = { row: 0, column: 0 };
  @state() private narrow = false;
  @state() private widths: Record<string, number> = {};
  @query('.scroller') private scroller!: HTMLElement;
  private height = 0;
  private density = 40;
  private keepFocus = false;
  /** Where a range of chosen rows begins. */
  private anchor = 0;
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

  focusActive() {
    this.goTo(this.active);
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
    } else if (event.key === ' ' && this.selected) {
      event.preventDefault();
      if (this.active.row >= 0) this.pick(this.active.row, event.shiftKey);
      else this.pickAll(this.selected.size === 0);
    } else if (control && event.key === 'a' && this.selected) {
      event.preventDefault();
      this.pickAll(true);
    } else if (event.key === 'Escape' && this.selected?.size) {
      event.stopPropagation();
      this.fire('fs-choose-none', undefined);
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

  /** Chooses a row or gives it up; with `extend` all rows from the last one on are as this one becomes. */
  private pick(row: number, extend: boolean) {
    const record = this.rows?.row(row);
    if (!record || !this.selected) return;
    const on = !this.selected.has(record.id);
    const from = extend ? this.anchor : row;
    this.anchor = row;
    this.fire('fs-select', { records: this.loaded(Math.min(from, row), Math.max(from, row)), on: on || extend });
  }

  private loaded(first: number, last: number): RecordBody[] {
    return Array.from({ length: last - first + 1 }, (_, index) => this.rows?.row(first + index)).filter((record) => record !== undefined);
  }

  private pickAll(on: boolean) {
    this.fire('fs-select', { records: this.loaded(0, Math.min(this.rows?.total ?? 0, MOST) - 1), on });
  }

  private box(label: string, checked: boolean, mixed: boolean, change: (event: MouseEvent) => void) {
    return html`<label class="pick" @click=${(event: Event) => event.stopPropagation()}
      ><input
        type="checkbox"
        tabindex="-1"
        aria-label=${label}
        .checked=${live(checked)}
        .indeterminate=${mixed}
        @click=${(event: MouseEvent) => {
          event.stopPropagation();
          change(event);
        }}
    /></label>`;
  }

  private rowBox(row: number, record: RecordBody | undefined) {
    if (!this.selected || !record) return nothing;
    const name = (this.columns.find((column) => column.isName) ?? this.columns[0])?.name(record) ?? '';
    return this.box(t('list.choose', { name }), this.selected.has(record.id), false, (event) => this.pick(row, event.shiftKey));
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
          ${index === 0 && this.selected ? this.box(t('list.chooseAll'), this.selected.size > 0, this.isPartly, () => this.pickAll(this.selected?.size === 0)) : nothing}${column.label}${
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

  /** Some of the rows are chosen and not all. */
  private get isPartly() {
    const chosen = this.selected?.size ?? 0;
    return chosen > 0 && chosen < (this.rows?.total ?? 0);
  }

  private row(index: number, columns: string) {
    const record = this.rows?.row(index);
    const isActive = this.active.row === index;
    const isChosen = record !== undefined && this.selected?.has(record.id) === true;
    const place = setStyles({
      transform: `translateY(${index * this.rowHeight}px)`,
      'grid-template-columns': this.narrow ? '1fr' : columns,
    });
    return html`<div
      class="row ${isActive ? 'active' : ''} ${isChosen ? 'chosen' : ''}"
      role="row"
      aria-selected=${this.selected ? String(isChosen) : nothing}
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
      ${at === 0 ? this.rowBox(row, record) : nothing}${at === 0 && record ? html`<a class="record" tabindex="-1" href=${this.linkOf(record)}>${content}</a>` : content}
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
      ${this.rowBox(row, record)}${
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
        aria-multiselectable=${this.selected ? 'true' : nothing}
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
      <span id="keys" class="visually-hidden">${t(this.selected ? 'list.keysChoose' : 'list.keys')}</span>
    </div>`;
  }
}

customElements.define('fs-grid', FsGrid);
