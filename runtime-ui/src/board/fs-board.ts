import '../ui-kit/fs-icon.js';
import '../ui-kit/fs-menu.js';
import { LitElement, html, nothing } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { ViewDocument } from '@fieldstone/metadata/types/documents.js';
import type { BoardAnswer, RecordBody, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { onServerEvent } from '../api/events.js';
import { ApiProblem, messagesByField } from '../api/problem.js';
import { readBoard, updateRecord } from '../api/records.js';
import { announce } from '../app/announce.js';
import { QueryController, queries } from '../app/query-controller.js';
import { navigate, recordPath } from '../app/router.js';
import { showToast } from '../app/toasts.js';
import { offerUndo } from '../app/undo.js';
import type { UrlState } from '../app/url-state.js';
import { fieldScreen } from '../fields/registry.js';
import { fieldsAt, titleOf, valueAt, type FieldAt, type Screen } from '../model/screen.js';
import { t } from '../texts/text.js';
import type { FsMenu } from '../ui-kit/fs-menu.js';
import { failureState, pageState } from '../ui-kit/page-state.js';
import { stateStyles, valueStyles } from '../ui-kit/shared-styles.js';
import { addCards, findCard, moveCard, nextCard, totalOf, type Column } from './board-moves.js';
import type { Barred } from './barred-columns.js';
import { boardQuery, sumText } from './board-query.js';
import { CardDrag } from './card-drag.js';
import './fs-board-column.js';
import type { FsBoardColumn } from './fs-board-column.js';
import { boardStyles } from './fs-board.styles.js';

type Grab = { readonly id: string; readonly over: string | null };

/**
 * @summary Records as cards in columns, moved by pointer, keyboard or menu. A move shows at once and is taken back when it is refused.
 *
 * @event fs-state - The switcher changed; `detail` is the part of the state.
 * @event fs-count - `detail` is { count, isCapped }.
 * @event fs-edit-record - A refused move can be completed in the form; `detail` is { object, id, values, messages }.
 */
export class FsBoard extends LitElement {
  static override styles = [valueStyles, stateStyles, boardStyles];

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) object!: ScreenObject;
  @property({ attribute: false }) view!: ViewDocument;
  @property({ attribute: false }) urlState!: UrlState;

  @state() private active = '';
  @state() private grab: Grab | null = null;
  @state() private over: string | null | undefined;
  @state() private dragging = '';
  /** Where the card that is being moved can not go. */
  @state() private barred: Barred = new Map();
  @query('fs-menu') private menu!: FsMenu;
  @query('.columns') private scroller!: HTMLElement;
  private board = new QueryController<BoardAnswer>(this, { queryKey: ['board'], enabled: false });
  private key: readonly unknown[] = [];
  private loading = new Set<string | null>();
  private stop: (() => void) | undefined;
  private refreshTimer = 0;
  private refocus = '';
  private counted = -1;
  private menuOf = '';
  private drag = new CardDrag({
    cardAt: (event) => this.cardAt(event),
    columns: () =>
      [...this.renderRoot.querySelectorAll<FsBoardColumn>('fs-board-column')].map((element) => ({
        key: element.column.key,
        element,
        list: element.list,
      })),
    scroller: () => this.scroller,
    layer: () => this.renderRoot as unknown as Element,
    started: (id) => {
      this.dragging = id;
      void this.lookAhead(id);
    },
    over: (key) => (this.over = key),
    dropped: (id, key) => void this.move(id, key),
    ended: () => {
      this.dragging = '';
      this.over = undefined;
      this.barred = new Map();
    },
  });

  override connectedCallback() {
    super.connectedCallback();
    // A finger that drags a card must not scroll the column; only a listener that is not passive may say so.
    this.addEventListener('touchmove', this.holdScroll, { passive: false });
    this.stop = onServerEvent((event) => {
      if (event.type === 'reset') this.refreshSoon();
      if (event.type === 'metadata.published' || event.type === 'reset' || event.object !== this.object.name) return;
      const known = event.type === 'record.updated' ? findCard(this.columns, event.id) : undefined;
      if (known && event.type === 'record.updated' && !event.computed && known.card.version >= event.version) return;
      this.refreshSoon();
    });
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.removeEventListener('touchmove', this.holdScroll);
    this.stop?.();
    window.clearTimeout(this.refreshTimer);
    this.drag.finish();
  }

  private holdScroll = (event: TouchEvent) => {
    if (this.drag.isDragging) event.preventDefault();
  };

  private refreshSoon() {
    window.clearTimeout(this.refreshTimer);
    this.refreshTimer = window.setTimeout(() => void queries.invalidateQueries({ queryKey: this.key, exact: true }), 400);
  }

  private get columns(): readonly Column[] {
    return this.board.result.data?.columns ?? [];
  }

  private get byField() {
    return this.screen.field(this.object.name, this.view.board?.by ?? '');
  }

  private get switcherField() {
    const name = this.view.board?.switcher;
    return name === undefined ? undefined : this.screen.field(this.object.name, name);
  }

  override willUpdate() {
    const { screen, object, view, urlState } = this;
    const asked = boardQuery(screen, view, urlState);
    this.key = ['board', object.name, screen.revision, asked];
    this.board.set({
      queryKey: this.key,
      queryFn: () => readBoard(object.name, asked),
      placeholderData: (before) => before,
    });
    const count = this.columns.reduce((sum, column) => sum + column.count, 0);
    if (this.board.result.data && count !== this.counted) {
      this.counted = count;
      this.dispatchEvent(new CustomEvent('fs-count', { detail: { count, isCapped: false } }));
    }
    if (!findCard(this.columns, this.active)) this.active = this.columns.find((column) => column.cards.length > 0)?.cards[0]?.id ?? '';
  }

  override updated() {
    if (this.refocus === '') return;
    const id = this.refocus;
    this.refocus = '';
    void this.updateComplete.then(async () => {
      for (const column of this.renderRoot.querySelectorAll<FsBoardColumn>('fs-board-column')) {
        await column.updateComplete;
        if (await column.focusCard(id)) return;
      }
    });
  }

  private get canMove() {
    return this.object.access.update && (this.byField?.editable ?? false);
  }

  private labelOf(key: string | null) {
    return this.columns.find((column) => column.key === key)?.label || t('board.none');
  }

  private nameOf(id: string) {
    const found = findCard(this.columns, id);
    return found ? this.cardTitle(found.card) : '';
  }

  private cardFields(): FieldAt[] {
    return fieldsAt(this.screen, this.object.name, this.view.board?.card ?? [this.object.nameField]);
  }

  private cardTitle(card: RecordBody) {
    const [first] = this.cardFields();
    const text = first ? fieldScreen(first.field).text(valueAt(card, first.path), { field: first.field, screen: this.screen }) : '';
    return text || titleOf(this.object, card);
  }

  private cardAt(event: PointerEvent): HTMLElement | null {
    if (!this.canMove) return null;
    const path = event.composedPath();
    if (path.some((node) => node instanceof HTMLElement && node.classList.contains('menu'))) return null;
    return path.find((node): node is HTMLElement => node instanceof HTMLElement && node.classList.contains('card')) ?? null;
  }

  /** Learns where a card can not go. The rules come with the pages of records; without them the server says so after the move. */
  private async lookAhead(id: string) {
    const found = findCard(this.columns, id);
    const field = this.byField;
    if (!found || !field || !this.object.validations.some((rule) => rule.narrows === true && rule.field === field.name)) return;
    try {
      const { barredColumns } = await import('./barred-columns.js');
      const barred = await barredColumns(this.screen, this.object, field, this.columns, found.card, found.column.key);
      if (this.dragging === id || this.grab?.id === id || this.menuOf === id) this.barred = barred;
    } catch (error) {
      if (!(error instanceof ApiProblem) && !(error instanceof TypeError)) throw error;
    }
  }

  private setColumns(columns: Column[]) {
    queries.setQueryData<BoardAnswer>(this.key, (before) => ({ ...before, columns }));
  }

  private async move(id: string, to: string | null, keepFocus = false) {
    const found = findCard(this.columns, id);
    const field = this.byField;
    if (!found || !field || found.column.key === to) return;
    const reason = this.barred.get(to);
    if (reason !== undefined) {
      if (keepFocus) this.focusSoon(id);
      return showToast({
        text: t('board.refused', { name: this.cardTitle(found.card), column: this.labelOf(found.column.key), reason }),
        tone: 'danger',
      });
    }
    const from = found.column.key;
    const name = this.cardTitle(found.card);
    const labels = { from: this.labelOf(from), to: this.labelOf(to) };
    const { key } = this;
    await queries.cancelQueries({ queryKey: key, exact: true });
    this.setColumns(moveCard(this.columns, id, to));
    if (keepFocus) this.focusSoon(id);
    try {
      await updateRecord(this.object.name, id, { [field.name]: to }, found.card.version);
      offerUndo(t('board.dropped', { name, column: labels.to }));
    } catch (error) {
      this.setColumns(moveCard(this.columns, id, from));
      this.refused(error, id, name, labels.from, { [field.name]: this.axisValue(to) });
    }
    await queries.invalidateQueries({ queryKey: key, exact: true });
    // Its place among the sorted cards may be another now, and an element that is moved loses focus.
    if (keepFocus) this.focusSoon(id);
  }

  private focusSoon(id: string) {
    this.active = this.refocus = id;
    this.requestUpdate();
  }

  /** The value of the axis as a form holds it. */
  private axisValue(key: string | null): unknown {
    if (key === null) return null;
    return this.byField && fieldScreen(this.byField).choice === 'one' ? key : { id: key, label: this.labelOf(key) };
  }

  private refused(error: unknown, id: string, name: string, column: string, values: Record<string, unknown>) {
    const isProblem = error instanceof ApiProblem;
    const messages = isProblem ? messagesByField(error) : new Map<string, string[]>();
    const reason =
      isProblem && error.issues.length > 0
        ? [...messages.values()].flat().join(' ')
        : error instanceof Error
          ? error.message
          : String(error);
    const open = () =>
      this.dispatchEvent(
        new CustomEvent('fs-edit-record', { detail: { object: this.object.name, id, values, messages }, bubbles: true, composed: true }),
      );
    const canFix = isProblem && error.status === 422;
    const text = t('board.refused', { name, column, reason });
    // Something is missing for the move, and the move itself is legal: it is asked for at once. Giving up leaves the card where it is.
    if (canFix && messages.size > 0 && !messages.has('') && !messages.has(this.byField?.name ?? '')) {
      showToast({ text, tone: 'info' });
      return open();
    }
    showToast({
      text,
      tone: 'danger',
      action: canFix
        ? { label: t('board.complete'), run: open }
        : { label: t('board.openRecord'), run: () => navigate(recordPath(this.object.name, id)) },
    });
  }

  private async loadMore(column: Column) {
    if (column.next === null || this.loading.has(column.key)) return;
    this.loading.add(column.key);
    const { key } = this;
    try {
      const asked = { ...(key[3] as ReturnType<typeof boardQuery>), choices: undefined };
      const switcher = this.board.result.data?.switcher?.value ?? undefined;
      const answer = await readBoard(this.object.name, { ...asked, switcher, column: column.key, cursor: column.next });
      const more = answer.columns.find((c) => c.key === column.key);
      const current = queries.getQueryData<BoardAnswer>(key);
      if (more && current) queries.setQueryData<BoardAnswer>(key, { ...current, columns: addCards(current.columns, more) });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      showToast({ text: error.message, tone: 'danger', action: { label: t('state.retry'), run: () => void this.loadMore(column) } });
    } finally {
      this.loading.delete(column.key);
    }
  }

  private keyed(event: KeyboardEvent) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const card = event.composedPath().find((node): node is HTMLElement => node instanceof HTMLElement && node.classList.contains('card'));
    // Keys on the menu button and on links of a card are theirs.
    if (!card || event.composedPath()[0] !== card) return;
    const id = card.dataset['id'] ?? '';
    const handled = this.grab ? this.keyWhileGrabbed(event, id) : this.keyOnCard(event, id, card);
    if (!handled) return;
    event.preventDefault();
    event.stopPropagation();
  }

  private keyOnCard(event: KeyboardEvent, id: string, card: HTMLElement): boolean {
    const next = nextCard(this.columns, id, event.key);
    if (next !== undefined) {
      this.focusSoon(next);
      return true;
    }
    const found = findCard(this.columns, id);
    if (event.key === ' ' && found && this.canMove) {
      this.grab = { id, over: found.column.key };
      void this.lookAhead(id);
      this.over = found.column.key;
      announce(t('board.grabbed', { name: this.nameOf(id), column: this.labelOf(found.column.key) }));
      return true;
    }
    if (event.key === ' ') {
      announce(t('board.locked'));
      return true;
    }
    if (event.key === 'Enter' || event.key === 'o') {
      navigate(recordPath(this.object.name, id));
      return true;
    }
    if (event.key === 'm') {
      void this.openMenu(card.querySelector<HTMLElement>('.menu') ?? card, id);
      return true;
    }
    return false;
  }

  private keyWhileGrabbed(event: KeyboardEvent, id: string): boolean {
    const { grab } = this;
    if (!grab) return false;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step !== undefined) {
      const at = this.columns.findIndex((column) => column.key === grab.over);
      // Columns it can not go to are passed over.
      const beyond = step > 0 ? this.columns.slice(at + 1) : this.columns.slice(0, at).reverse();
      const next = beyond.find(({ key }) => !this.barred.has(key));
      const to = next ? this.columns.indexOf(next) : at;
      if (next) {
        this.grab = { id, over: next.key };
        this.over = next.key;
        announce(t('board.over', { column: this.labelOf(next.key) }));
        this.renderRoot.querySelectorAll('fs-board-column')[to]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      }
      return true;
    }
    if (event.key === ' ' || event.key === 'Enter') {
      void this.move(id, grab.over, true);
      this.release();
      return true;
    }
    if (event.key === 'Escape' || event.key === 'Tab') {
      const from = findCard(this.columns, id)?.column.key ?? null;
      this.release();
      announce(t('board.cancelled', { name: this.nameOf(id), column: this.labelOf(from) }));
      return event.key === 'Escape';
    }
    return true;
  }

  private release() {
    this.grab = null;
    this.over = undefined;
    this.barred = new Map();
  }

  private async openMenu(anchor: HTMLElement, id: string) {
    this.menuOf = id;
    await this.lookAhead(id);
    const { barred } = this;
    this.menuOf = '';
    this.barred = new Map();
    const from = findCard(this.columns, id)?.column.key;
    const moves = this.canMove
      ? this.columns
          .filter((column) => column.key !== from && column.key !== null && !barred.has(column.key))
          .map((column, index) => ({
            value: `to:${column.key ?? ''}`,
            label: column.label,
            ...(index === 0 ? { heading: t('board.move') } : {}),
          }))
      : [];
    const items = [{ value: 'open', label: t('board.openRecord'), icon: 'external-link' }, ...moves];
    void this.menu.show(anchor, t('board.moveOf', { name: this.nameOf(id) }), items, (value) => {
      if (value === 'open') return navigate(recordPath(this.object.name, id));
      void this.move(id, value.slice(3), true);
    });
  }

  private clicked(event: MouseEvent) {
    if (this.drag.justDropped) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const path = event.composedPath();
    const button = path.find((node): node is HTMLElement => node instanceof HTMLElement && node.classList.contains('menu'));
    const card = path.find((node): node is HTMLElement => node instanceof HTMLElement && node.classList.contains('card'));
    if (button && card) void this.openMenu(button, card.dataset['id'] ?? '');
  }

  private strip() {
    const { switcherField: field } = this;
    const { choices, value } = this.board.result.data?.switcher ?? { choices: [], value: null };
    const sums = fieldsAt(this.screen, this.object.name, this.view.board?.sums ?? []);
    const chosen = this.urlState.switcher || (value ?? '');
    const choose = (event: Event) => {
      const switcher = (event.target as HTMLSelectElement).value;
      this.dispatchEvent(new CustomEvent('fs-state', { detail: { switcher }, bubbles: true, composed: true }));
    };
    return html`<div class="strip">
      ${
        field && choices.length > 1
          ? html`<label
              >${field.label}
              <select @change=${choose}>
                ${choices.map((choice) => html`<option value=${choice.value} .selected=${choice.value === chosen}>${choice.label}</option>`)}
              </select></label
            >`
          : nothing
      }
      ${sums.map((at) => html`<span>${at.label} <b>${sumText(this.screen, at.field, totalOf(this.columns, at.path))}</b></span>`)}
    </div>`;
  }

  override render() {
    const { data, error } = this.board.result;
    if (!data)
      return error
        ? html`<span></span>${failureState(error, () => void this.board.result.refetch())}`
        : html`<span></span>
            <div aria-busy="true"></div>`;
    if (data.columns.length === 0)
      return html`${this.strip()}${pageState('square-kanban', t('board.noColumns.title'), t('board.noColumns.text'))}`;
    return html`${this.strip()}
      <div
        class="columns"
        role="group"
        aria-label=${t('board.label', { view: this.view.label, field: this.byField?.label ?? '' })}
        @pointerdown=${(event: PointerEvent) => this.drag.down(event)}
        @keydown=${this.keyed}
        @click=${{ handleEvent: (event: MouseEvent) => this.clicked(event), capture: true }}
        @fs-card-focus=${(event: CustomEvent<string>) => (this.active = event.detail)}
      >
        ${data.columns.map(
          (column) =>
            html`<fs-board-column
              class=${this.barred.has(column.key) ? 'barred' : this.over === column.key && this.over !== undefined ? 'over' : ''}
              .screen=${this.screen}
              .object=${this.object}
              .view=${this.view}
              .column=${column}
              .fields=${this.cardFields()}
              active=${this.active}
              grabbed=${this.grab?.id ?? ''}
              dragging=${this.dragging}
              @fs-more=${() => void this.loadMore(column)}
            ></fs-board-column>`,
        )}
      </div>
      <fs-menu></fs-menu>`;
  }
}

customElements.define('fs-board', FsBoard);
