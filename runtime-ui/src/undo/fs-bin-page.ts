import '../ui-kit/fs-button.js';
import '../ui-kit/fs-icon.js';
import { LitElement, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { BinItem } from '@fieldstone/metadata/types/wire.js';
import { queries } from '../app/query-controller.js';
import { recordPath } from '../app/router.js';
import { showToast } from '../app/toasts.js';
import { offerUndo } from '../app/undo.js';
import { formatAgo, formatInstant } from '../fields/format.js';
import type { Screen } from '../model/screen.js';
import { failureState, pageState } from '../ui-kit/page-state.js';
import { stateStyles } from '../ui-kit/shared-styles.js';
import { readBin, restoreRecords, undoOperation, type BinQuery } from './undo-api.js';
import { binStyles } from './fs-bin-page.styles.js';
import type { Purged } from './purge-api.js';
import { undoTexts as texts } from './undo-texts.js';

const WAIT_MS = 200;
const keyOf = ({ object, id }: BinItem) => `${object}/${id}`;

/** @summary What was deleted and may be restored, last deleted first. */
export class FsBinPage extends LitElement {
  static override styles = [stateStyles, binStyles];

  @property({ attribute: false }) screen!: Screen;

  @state() private items: readonly BinItem[] | null = null;
  @state() private next: string | null = null;
  @state() private failure: unknown;
  @state() private query: BinQuery = {};
  @state() private chosen: ReadonlySet<string> = new Set();
  @state() private busy = false;
  @state() private keepDays: number | null = null;
  @state() private purging: Purged | null = null;
  private purgeNames: ReadonlyMap<string, string> = new Map();
  private asked = 0;
  private timer = 0;

  override connectedCallback() {
    super.connectedCallback();
    document.title = `${texts('title')} · Fieldstone`;
    void this.read();
  }

  private async read(cursor?: string) {
    const turn = ++this.asked;
    try {
      const { data, page, keepDays } = await readBin(this.query, cursor);
      if (turn !== this.asked) return;
      this.items = cursor === undefined ? data : [...(this.items ?? []), ...data];
      this.next = page.next;
      this.keepDays = keepDays;
      this.failure = undefined;
      if (cursor === undefined) this.chosen = new Set();
    } catch (error) {
      if (turn === this.asked) this.failure = error;
    }
  }

  private ask(more: BinQuery, wait = 0) {
    this.query = { ...this.query, ...more };
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.read(), wait);
  }

  private choose(item: BinItem, isChosen: boolean) {
    const chosen = new Set(this.chosen);
    if (isChosen) chosen.add(keyOf(item));
    else chosen.delete(keyOf(item));
    this.chosen = chosen;
  }

  private nameOf({ label, id }: BinItem) {
    return label ?? id;
  }

  private async restore(items: readonly BinItem[]) {
    if (this.busy || items.length === 0) return;
    this.busy = true;
    try {
      const { restored, failed } = await restoreRecords(items.map(({ object, id }) => ({ object, id })));
      const [only] = items;
      if (restored > 0) {
        const text =
          items.length === 1 && only ? texts('restored.one', { name: this.nameOf(only) }) : texts('restored.some', { count: restored });
        offerUndo(text, () => void this.read());
      }
      if (failed.length > 0) {
        const names = failed.map(({ id, message }) => {
          const item = items.find((one) => one.id === id);
          return `${item ? this.nameOf(item) : id} (${message})`;
        });
        showToast({ text: texts('failed.some', { names: names.join(', ') }), tone: 'danger' });
      }
      await this.changed();
    } catch (error) {
      showToast({ text: error instanceof Error ? error.message : String(error), tone: 'danger' });
    } finally {
      this.busy = false;
    }
  }

  /** A record that was merged comes back with what was moved away from it. */
  private async partAgain(item: BinItem) {
    if (this.busy || item.operation === null) return;
    this.busy = true;
    try {
      const { restored, partly } = await undoOperation(item.operation);
      if (restored + partly > 0) offerUndo(texts('restored.one', { name: this.nameOf(item) }), () => void this.read());
      await this.changed();
    } catch (error) {
      showToast({ text: error instanceof Error ? error.message : String(error), tone: 'danger' });
    } finally {
      this.busy = false;
    }
  }

  private endPurge() {
    this.purging = null;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('h1')?.focus());
  }

  private mayPurge(object: string) {
    return this.screen.object(object)?.access.actions.includes('purge') === true;
  }

  private askPurge(items: readonly BinItem[]) {
    void this.openPurge(new Map(items.map((item) => [item.id, this.nameOf(item)])), {
      records: items.map(({ object, id }) => ({ object, id })),
    });
  }

  private askPurgeAll() {
    const { object = '', q = '', mine = false } = this.query;
    void this.openPurge(new Map(), {
      all: true,
      ...(object === '' ? {} : { object }),
      ...(q === '' ? {} : { q }),
      ...(mine ? { mine } : {}),
    });
  }

  private async openPurge(names: ReadonlyMap<string, string>, what: Purged) {
    await import('./purge-part.js');
    this.purgeNames = names;
    this.purging = what;
  }

  private async changed() {
    await Promise.all([queries.invalidateQueries(), this.read()]);
    await this.updateComplete;
    // The button that was pressed is gone with its row.
    this.renderRoot.querySelector<HTMLElement>('h1')?.focus();
  }

  private objects() {
    const names = new Set(this.screen.apps.flatMap(({ items }) => items.map(({ object }) => object)));
    return [...names].flatMap((name) => this.screen.object(name) ?? []).filter(({ access }) => access.delete);
  }

  private tools() {
    return html`<div class="tools">
      <input
        type="search"
        aria-label=${texts('search')}
        placeholder=${texts('search')}
        .value=${this.query.q ?? ''}
        @input=${(event: Event) => this.ask({ q: (event.target as HTMLInputElement).value }, WAIT_MS)}
      />
      <label
        >${texts('filter.object')}
        <select @change=${(event: Event) => this.ask({ object: (event.target as HTMLSelectElement).value })}>
          <option value="" ?selected=${(this.query.object ?? '') === ''}>${texts('filter.all')}</option>
          ${this.objects().map(
            ({ name, pluralLabel }) => html`<option value=${name} ?selected=${this.query.object === name}>${pluralLabel}</option>`,
          )}
        </select>
      </label>
      <label
        ><input
          type="checkbox"
          .checked=${this.query.mine === true}
          @change=${(event: Event) => this.ask({ mine: (event.target as HTMLInputElement).checked })}
        />${texts('filter.mine')}</label
      >
    </div>`;
  }

  private row(item: BinItem) {
    const { me } = this.screen;
    const name = this.nameOf(item);
    const ago = formatAgo(item.deletedAt, me);
    const isMerged = item.cause.kind === 'merge';
    return html`<li>
      <input
        type="checkbox"
        aria-label=${texts('choose', { name })}
        .checked=${this.chosen.has(keyOf(item))}
        @change=${(event: Event) => this.choose(item, (event.target as HTMLInputElement).checked)}
      />
      <fs-icon name=${this.screen.object(item.object)?.icon ?? 'box'}></fs-icon>
      <div class="main">
        <strong>${name}</strong>
        <p>
          ${item.objectLabel} ·
          <time datetime=${item.deletedAt} title=${formatInstant(item.deletedAt, me)}
            >${item.by ? texts('by.person', { by: item.by.label ?? '', ago }) : texts('by.system', { ago })}</time
          >
        </p>
        ${isMerged ? html`<p>${this.merged(item)}</p>` : nothing}
      </div>
      ${
        isMerged
          ? html`<fs-button
              variant="quiet"
              label=${texts('partOf', { name })}
              ?disabled=${this.busy}
              @click=${() => void this.partAgain(item)}
              >${texts('part')}</fs-button
            >`
          : nothing
      }
      <fs-button label=${texts('restoreOf', { name })} ?disabled=${this.busy} @click=${() => void this.restore([item])}
        >${texts('restore')}</fs-button
      >
      ${
        this.mayPurge(item.object)
          ? html`<fs-button
              variant="quiet"
              icon="trash-2"
              label=${texts('purgeOf', { name })}
              ?disabled=${this.busy}
              @click=${() => this.askPurge([item])}
            ></fs-button>`
          : nothing
      }
    </li>`;
  }

  private merged({ object, mergedInto }: BinItem) {
    if (!mergedInto) return texts('merged.hidden');
    return html`<a href=${recordPath(object, mergedInto.id)}>${texts('merged', { name: mergedInto.label ?? mergedInto.id })}</a>`;
  }

  private list(items: readonly BinItem[]) {
    const chosen = items.filter((item) => this.chosen.has(keyOf(item)));
    const all = chosen.length === items.length;
    return html`<div class="choice">
        <label
          ><input
            type="checkbox"
            .checked=${all}
            .indeterminate=${chosen.length > 0 && !all}
            @change=${() => (this.chosen = new Set(all ? [] : items.map(keyOf)))}
          />${chosen.length === 0 ? texts('chooseAll') : texts('chosen', { count: chosen.length })}</label
        >
        ${
          chosen.length === 0
            ? nothing
            : html`<fs-button variant="primary" ?loading=${this.busy} @click=${() => void this.restore(chosen)}
                >${texts('restoreChosen')}</fs-button
              >`
        }
        ${
          chosen.some(({ object }) => this.mayPurge(object))
            ? html`<fs-button ?disabled=${this.busy} @click=${() => this.askPurge(chosen)}>${texts('purgeChosen')}</fs-button>`
            : nothing
        }
        ${
          chosen.length === 0 && items.some(({ object }) => this.mayPurge(object))
            ? html`<fs-button class="end" variant="quiet" icon="trash-2" @click=${() => this.askPurgeAll()}
                >${texts(this.isFiltered ? 'purgeFound' : 'purgeAll')}</fs-button
              >`
            : nothing
        }
      </div>
      <ul aria-label=${texts('list')}>
        ${repeat(items, keyOf, (item) => this.row(item))}
      </ul>
      ${
        this.next === null
          ? nothing
          : html`<div class="more"><fs-button @click=${() => void this.read(this.next ?? undefined)}>${texts('more')}</fs-button></div>`
      }`;
  }

  private get isFiltered() {
    const { q = '', object = '', mine = false } = this.query;
    return q !== '' || object !== '' || mine;
  }

  private content() {
    if (this.failure !== undefined) return failureState(this.failure, () => void this.read());
    if (this.items === null) return html`<div class="busy" aria-busy="true"></div>`;
    if (this.items.length > 0) return this.list(this.items);
    if (!this.isFiltered) return pageState('trash-2', texts('empty.title'), texts('empty.text'));
    const clear = { label: texts('filter.clear'), run: () => this.ask({ q: '', object: '', mine: false }) };
    return pageState('search', texts('filtered.title'), texts('filtered.text'), clear);
  }

  override render() {
    return html`<h1 tabindex="-1">${texts('title')}</h1>
      <p class="intro">${texts('intro')} ${this.keepDays === null ? nothing : texts('intro.kept', { days: this.keepDays })}</p>
      ${this.tools()} ${this.content()}
      ${
        this.purging === null
          ? nothing
          : html`<fs-purge-dialog
              .screen=${this.screen}
              .what=${this.purging}
              .names=${this.purgeNames}
              @fs-purged=${() => void Promise.all([queries.invalidateQueries(), this.read()])}
              @fs-close=${this.endPurge}
            ></fs-purge-dialog>`
      }`;
  }
}

customElements.define('fs-bin-page', FsBinPage);
