import '../ui-kit/fs-button.js';
import '../ui-kit/fs-icon.js';
import './fs-filter-bar.js';
import './fs-list.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { addShortcuts } from '../app/keys.js';
import { navigate, objectPath } from '../app/router.js';
import type { UrlState } from '../app/url-state.js';
import { viewsOf, type Screen } from '../model/screen.js';
import { t } from '../texts/text.js';
import { pageState } from '../ui-kit/page-state.js';
import { stateStyles, valueStyles } from '../ui-kit/shared-styles.js';
import { formatNumber } from '../fields/format.js';
import type { FsFilterBar } from './fs-filter-bar.js';

/** @summary The page of an object: its saved views, filters, and the records as a list or a board. */
export class FsObjectPage extends LitElement {
  static override styles = [
    valueStyles,
    stateStyles,
    css`
      :host {
        display: grid;
        grid-template-rows: auto auto minmax(0, 1fr);
        gap: 12px;
        height: 100%;
        padding: 16px 20px 20px;
        min-width: 0;
      }
      header {
        display: flex;
        align-items: center;
        gap: 12px;
        min-width: 0;
      }
      header .mark {
        display: grid;
        place-items: center;
        width: 34px;
        height: 34px;
        border-radius: 9px;
        background: var(--fs-accent-soft);
        color: var(--fs-accent-text);
        flex: none;
      }
      header .mark fs-icon {
        font-size: 18px;
      }
      h1 {
        font: var(--fs-font-20);
        margin: 0;
        white-space: nowrap;
      }
      .count {
        color: var(--fs-text-muted);
        font: var(--fs-font-13);
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      nav {
        display: flex;
        gap: 2px;
        overflow-x: auto;
        flex: 1;
        min-width: 0;
        scrollbar-width: none;
        padding: 3px;
      }
      nav a {
        display: inline-flex;
        gap: 6px;
        align-items: center;
        padding: 5px 11px;
        border-radius: var(--fs-radius-m);
        color: var(--fs-text-muted);
        text-decoration: none;
        font: var(--fs-font-13);
        font-weight: 500;
        white-space: nowrap;
      }
      nav a:hover {
        background: var(--fs-neutral-soft);
        color: var(--fs-text);
      }
      nav a[aria-current] {
        background: var(--fs-surface);
        color: var(--fs-text);
        box-shadow:
          var(--fs-shadow-1),
          0 0 0 1px var(--fs-line);
      }
      nav fs-icon {
        font-size: 14px;
      }
      @media (max-width: 720px) {
        :host {
          padding: 12px 12px 8px;
          gap: 8px;
        }
        header {
          flex-wrap: wrap;
          gap: 8px;
        }
        nav {
          order: 5;
          flex-basis: 100%;
        }
        .count {
          flex: 1;
        }
        .mark {
          display: none !important;
        }
      }
    `,
  ];

  @property({ attribute: false }) screen!: Screen;
  @property() name = '';
  @property({ attribute: false }) urlState!: UrlState;

  @state() private count: { count: number; isCapped: boolean } | null = null;
  @state() private boardReady = false;
  @query('fs-filter-bar') private filters!: FsFilterBar | null;
  private stopKeys: (() => void) | undefined;

  override connectedCallback() {
    super.connectedCallback();
    const scope = t('keys.list');
    this.stopKeys = addShortcuts([
      { keys: '/', label: t('keys.search'), scope, run: () => this.filters?.focusSearch() },
      { keys: 'c', label: t('keys.create'), scope, run: () => this.create() },
      {
        keys: 'f',
        label: t('keys.filter'),
        scope,
        run: () => this.filters?.renderRoot.querySelector<HTMLElement>('[data-add-filter]')?.click(),
      },
      { keys: 'v', label: t('keys.views'), scope, run: () => this.renderRoot.querySelector<HTMLElement>('nav a[aria-current]')?.focus() },
    ]);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.stopKeys?.();
  }

  override willUpdate(changed: Map<string, unknown>) {
    if (changed.has('name') || changed.has('urlState')) {
      const before = changed.get('urlState') as UrlState | undefined;
      if (changed.has('name') || before?.view !== this.urlState.view) this.count = null;
    }
    document.title = `${this.object?.pluralLabel ?? ''} · Fieldstone`;
  }

  private get object() {
    return this.screen.object(this.name);
  }

  private get view() {
    const views = this.object ? viewsOf(this.object) : [];
    return views.find((view) => view.name === this.urlState.view) ?? views[0];
  }

  private change(event: CustomEvent<Partial<UrlState>>) {
    event.stopPropagation();
    navigate(objectPath(this.name, { ...this.urlState, ...event.detail }), { replace: 'q' in event.detail });
  }

  private create() {
    if (!this.object?.access.create) return;
    this.dispatchEvent(new CustomEvent('fs-new-record', { detail: { object: this.name }, bubbles: true, composed: true }));
  }

  private async loadBoard() {
    await import('../board/fs-board.js');
    this.boardReady = true;
  }

  private content() {
    const object = this.object;
    if (!object) return nothing;
    if (this.view?.type !== 'board') {
      return html`<fs-list
        .screen=${this.screen}
        .object=${object}
        .view=${this.view}
        .urlState=${this.urlState}
        @fs-count=${(event: CustomEvent<{ count: number; isCapped: boolean }>) => (this.count = event.detail)}
        @fs-state=${this.change}
        @fs-create=${this.create}
      ></fs-list>`;
    }
    if (!this.boardReady) {
      void this.loadBoard();
      return html`<div aria-busy="true"></div>`;
    }
    return html`<fs-board
      .screen=${this.screen}
      .object=${object}
      .view=${this.view}
      .urlState=${this.urlState}
      @fs-count=${(event: CustomEvent<{ count: number; isCapped: boolean }>) => (this.count = event.detail)}
      @fs-state=${this.change}
    ></fs-board>`;
  }

  override render() {
    const object = this.object;
    if (!object || !object.access.read) return pageState('lock', t('state.object.title'), t('state.object.text'), undefined, true);
    const views = viewsOf(object);
    return html`<header>
        <span class="mark"><fs-icon name=${object.icon}></fs-icon></span>
        <h1>${object.pluralLabel}</h1>
        <span class="count"
          >${this.count === null ? nothing : `${formatNumber(this.count.count, this.screen.me)}${this.count.isCapped ? '+' : ''}`}</span
        >
        <nav aria-label=${t('list.views')}>
          ${views.map(
            (view) =>
              html`<a href=${objectPath(object.name, { view: view.name })} aria-current=${view === this.view ? 'page' : nothing}
                ><fs-icon name=${view.type === 'board' ? 'square-kanban' : 'list'}></fs-icon>${view.label}</a
              >`,
          )}
        </nav>
        ${
          object.access.create
            ? html`<fs-button variant="primary" icon="plus" keys="c" @click=${this.create}
                >${t('record.new', { object: object.label })}</fs-button
              >`
            : nothing
        }
      </header>
      <fs-filter-bar
        .screen=${this.screen}
        .object=${object}
        .view=${this.view}
        .urlState=${this.urlState}
        @fs-state=${this.change}
      ></fs-filter-bar>
      ${this.content()}`;
  }
}

customElements.define('fs-object-page', FsObjectPage);
