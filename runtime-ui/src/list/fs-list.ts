import './fs-grid.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { ViewDocument } from '@fieldstone/metadata/types/documents.js';
import type { RecordBody, ScreenObject, ServerEvent } from '@fieldstone/metadata/types/wire.js';
import { onServerEvent } from '../api/events.js';
import { listRecords, readRecord, type ListQuery } from '../api/records.js';
import { announce } from '../app/announce.js';
import { preferences, setPreferences } from '../app/preferences.js';
import { navigate, recordPath } from '../app/router.js';
import { sortText, type UrlState } from '../app/url-state.js';
import { fieldScreen } from '../fields/registry.js';
import { fieldAt, titleOf, valueAt, type Screen } from '../model/screen.js';
import { t } from '../texts/text.js';
import { failureState, pageState } from '../ui-kit/page-state.js';
import { stateStyles } from '../ui-kit/shared-styles.js';
import { MOST, type FsGrid, type GridColumn } from './fs-grid.js';
import { columnPaths, conditionOf, nextSort, sortOf } from './list-query.js';
import { RowStore } from './row-store.js';

/** Where lists were scrolled to, by their address: Back brings the person to the same row. */
const scrolled = new Map<string, number>();

/**
 * @summary The records of a view as a table.
 *
 * @event fs-state - The order changed; `detail` is the part of the state.
 * @event fs-count - `detail` is { count, isCapped }.
 * @event fs-create - The person wants to make the first record.
 */
export class FsList extends LitElement {
  static override styles = [
    stateStyles,
    css`
      :host {
        display: grid;
        grid-template-rows: minmax(0, 1fr) auto;
        position: relative;
        min-height: 0;
        height: 100%;
        background: var(--fs-surface);
        border: 1px solid var(--fs-line);
        border-radius: var(--fs-radius-l);
        overflow: hidden;
      }
      .pill {
        position: absolute;
        z-index: 5;
        top: 42px;
        left: 50%;
        transform: translateX(-50%);
        border: 0;
        border-radius: 16px;
        padding: 6px 14px;
        font: var(--fs-font-13);
        font-weight: 600;
        background: var(--fs-accent);
        color: var(--fs-on-accent);
        box-shadow: var(--fs-shadow-2);
        cursor: pointer;
      }
      .pill:focus-visible {
        outline: var(--fs-focus);
        outline-offset: 2px;
      }
    `,
  ];

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) object!: ScreenObject;
  @property({ attribute: false }) view: ViewDocument | undefined;
  @property({ attribute: false }) urlState!: UrlState;

  @state() private revision = 0;
  @state() private waiting = 0;
  /** What was chosen, by id. */
  @state() private chosen: ReadonlyMap<string, RecordBody> = new Map();
  @query('fs-grid') private grid!: FsGrid | null;
  private store: RowStore | undefined;
  private address = '';
  private query: ListQuery = {};
  private stopEvents: (() => void) | undefined;
  private refreshTimer = 0;

  override connectedCallback() {
    super.connectedCallback();
    this.stopEvents = onServerEvent((event) => this.onEvent(event));
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.stopEvents?.();
    window.clearTimeout(this.refreshTimer);
    if (this.grid) scrolled.set(this.address, this.grid.scrolledTo);
    this.store?.close();
    this.store = undefined;
    this.address = '';
  }

  override willUpdate() {
    const query = {
      filter: conditionOf(this.view, this.urlState, this.screen.me.timeZone),
      q: this.urlState.q || undefined,
      sort: sortText(sortOf(this.screen, this.object, this.view, this.urlState)) || undefined,
      fields: this.fieldPaths(),
    };
    const address = `${this.object.name} ${JSON.stringify(query)}`;
    if (address === this.address) return;
    if (this.grid && this.address !== '') scrolled.delete(address);
    this.address = address;
    this.waiting = 0;
    this.chosen = new Map();
    this.query = query;
    this.store?.close();
    this.store = new RowStore(
      ({ cursor, skip, count, isCount, signal }) =>
        listRecords(
          this.object.name,
          { ...query, fields: isCount ? ['id'] : query.fields, cursor, skip, limit: isCount ? 1 : 200, count },
          signal,
        ),
      () => this.rowsChanged(),
    );
    this.grid?.toTop();
    this.store.want(0, 40);
  }

  private fieldPaths(): string[] {
    const paths = columnPaths(this.object, this.view)
      .map((column) => column.field)
      .filter((path) => fieldAt(this.screen, this.object.name, path));
    return [...new Set([this.object.nameField, ...paths])];
  }

  private rowsChanged() {
    this.revision += 1;
    const total = this.store?.total;
    if (total === undefined) return;
    this.dispatchEvent(new CustomEvent('fs-count', { detail: { count: total, isCapped: this.store?.isCapped ?? false } }));
    const top = scrolled.get(this.address);
    if (top !== undefined && top > 0) {
      scrolled.delete(this.address);
      void this.updateComplete.then(() => this.grid?.restoreScroll(top));
    }
  }

  /** Own rows change in place; rows that come or go wait for the person, so that nothing jumps under the pointer. */
  private onEvent(event: ServerEvent) {
    if (event.type === 'reset') this.later();
    if (event.type === 'metadata.published' || event.type === 'reset' || event.object !== this.object.name || !this.store) return;
    if (event.type === 'record.updated' && this.store.has(event.id)) {
      void readRecord(this.object.name, event.id, { fields: this.fieldPaths() }).then(
        (record) => this.store?.replace(record),
        () => this.later(),
      );
    } else if (event.type === 'record.created' || event.type === 'record.restored') {
      this.waiting += 1;
      if (this.waiting === 1) announce(t('list.changed'));
    } else if ((event.type === 'record.deleted' || event.type === 'record.left') && this.store.has(event.id)) this.later();
  }

  private later() {
    window.clearTimeout(this.refreshTimer);
    this.refreshTimer = window.setTimeout(() => void this.store?.refresh(), 400);
  }

  private showNew() {
    this.waiting = 0;
    this.grid?.toTop();
    this.store?.want(0, 40);
    void this.store?.refresh();
  }

  private sort(event: CustomEvent<{ key: string; add: boolean }>) {
    const sort = nextSort(sortOf(this.screen, this.object, this.view, this.urlState), event.detail.key, event.detail.add);
    this.dispatchEvent(new CustomEvent('fs-state', { detail: { sort }, bubbles: true, composed: true }));
  }

  private get canChoose() {
    const { actions, update, delete: remove } = this.object.access;
    return actions.includes('bulk') && (update || remove);
  }

  private choose(event: CustomEvent<{ records: readonly RecordBody[]; on: boolean }>) {
    const { records, on } = event.detail;
    const chosen = new Map(this.chosen);
    for (const record of records) {
      if (!on) chosen.delete(record.id);
      else if (chosen.size < MOST) chosen.set(record.id, record);
    }
    if (chosen.size > 0) void import('../bulk/bulk-part.js');
    this.chosen = chosen;
    announce(t('list.chosen', { count: chosen.size }));
  }

  private chooseNone() {
    this.chosen = new Map();
    this.grid?.focusActive();
  }

  /** All records of the list, those too that were never in view. */
  private async chooseAll() {
    const { address } = this;
    const chosen = new Map<string, RecordBody>();
    let cursor: string | undefined;
    do {
      const answer = await listRecords(this.object.name, { ...this.query, fields: [this.object.nameField], limit: 200, cursor }).catch(
        () => null,
      );
      if (answer === null || address !== this.address) return;
      for (const record of answer.data) if (chosen.size < MOST) chosen.set(record.id, record);
      cursor = answer.page.next ?? undefined;
    } while (cursor !== undefined && chosen.size < MOST);
    this.chosen = chosen;
    announce(t('list.chosen', { count: chosen.size }));
  }

  /** Those that stayed as they were stay chosen, so that something else can be tried with them. */
  private done(event: CustomEvent<readonly string[]>) {
    const failed = new Set(event.detail);
    this.chosen = new Map([...this.chosen].filter(([id]) => failed.has(id)));
    void this.store?.refresh();
  }

  private open(event: CustomEvent<{ id: string; newTab: boolean }>) {
    const path = recordPath(this.object.name, event.detail.id);
    if (event.detail.newTab) window.open(path, '_blank', 'noopener');
    else navigate(path);
  }

  private get widthKey() {
    return this.view?.id ?? this.object.id;
  }

  private resized(event: CustomEvent<{ key: string; width: number }>) {
    const { widths } = preferences();
    setPreferences({ widths: { ...widths, [this.widthKey]: { ...widths[this.widthKey], [event.detail.key]: event.detail.width } } });
  }

  private columns(): GridColumn[] {
    const { screen, object } = this;
    const sort = sortOf(screen, object, this.view, this.urlState);
    const widths = preferences().widths[this.widthKey] ?? {};
    return columnPaths(object, this.view).flatMap((column, index): GridColumn[] => {
      const at = fieldAt(screen, object.name, column.field);
      if (!at) return [];
      const shown = fieldScreen(at.field);
      const viewing = { field: at.field, screen };
      const hasBadge = shown.filter === 'choice' || shown.filter === 'choices';
      const level = sort.findIndex((s) => s.field === column.field);
      return [
        {
          key: column.field,
          label: at.label,
          width: widths[column.field] ?? column.width ?? (index === 0 ? Math.max(240, shown.width) : shown.width),
          align: index === 0 ? 'start' : shown.align,
          sortable: at.field.sortable,
          sorted: sort[level]?.direction,
          priority: sort.length > 1 && level >= 0 ? level + 1 : undefined,
          isName: column.field === object.nameField,
          name: (record) => titleOf(object, record),
          plain: (record) => {
            const value = valueAt(record, column.field);
            return hasBadge ? shown.view(value, viewing) : shown.text(value, viewing);
          },
          // The first cell is the link to the record: a text, not another link.
          view: (record) => {
            const value = valueAt(record, column.field);
            return index === 0 ? shown.text(value, viewing) || t('field.unnamed') : shown.view(value, viewing);
          },
        },
      ];
    });
  }

  private isFiltered() {
    return this.urlState.q !== '' || this.urlState.filter.length > 0;
  }

  private empty() {
    if (this.isFiltered()) {
      const clear = () => this.dispatchEvent(new CustomEvent('fs-state', { detail: { q: '', filter: [] }, bubbles: true, composed: true }));
      return pageState('filter', t('list.filtered.title'), t('list.filtered.text'), { label: t('filter.clear'), run: clear });
    }
    const create = () => this.dispatchEvent(new CustomEvent('fs-create', { bubbles: true, composed: true }));
    const values = { objects: this.object.pluralLabel, object: this.object.label };
    if (!this.object.access.create) return pageState(this.object.icon, t('list.empty.title', values), t('list.empty.view'));
    return pageState(this.object.icon, t('list.empty.title', values), t('list.empty.text', values), {
      label: t('record.new', values),
      run: create,
      icon: 'plus',
    });
  }

  override render() {
    const store = this.store;
    if (store?.error !== undefined && store.total === undefined) return failureState(store.error, () => store.retry());
    if (store?.total === 0) return html`${this.pill()}${this.empty()}`;
    return html`${this.pill()}<fs-grid
        label=${this.view?.label ?? this.object.pluralLabel}
        .columns=${this.columns()}
        .rows=${store}
        .revision=${this.revision}
        .linkOf=${(record: { id: string }) => recordPath(this.object.name, record.id)}
        .selected=${this.canChoose ? new Set(this.chosen.keys()) : undefined}
        @fs-open=${this.open}
        @fs-select=${this.choose}
        @fs-choose-none=${this.chooseNone}
        @fs-sort=${this.sort}
        @fs-resize=${this.resized}
      ></fs-grid>
      ${this.bar()}`;
  }

  private bar() {
    if (this.chosen.size === 0) return nothing;
    return html`<fs-bulk-bar
      .screen=${this.screen}
      .object=${this.object}
      .records=${[...this.chosen.values()]}
      .total=${this.store?.total ?? 0}
      .most=${MOST}
      .refresh=${() => this.showNew()}
      @fs-choose-all=${this.chooseAll}
      @fs-choose-none=${this.chooseNone}
      @fs-done=${this.done}
    ></fs-bulk-bar>`;
  }

  private pill() {
    if (this.waiting === 0) return nothing;
    return html`<button class="pill" @click=${this.showNew}>${t('list.new', { count: this.waiting })}</button>`;
  }
}

customElements.define('fs-list', FsList);
