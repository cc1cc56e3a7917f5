import '../ui-kit/fs-icon.js';
import '../ui-kit/fs-input.js';
import '../ui-kit/fs-menu.js';
import '../ui-kit/fs-popover.js';
import { partsOf } from '@fieldstone/metadata/language/field-parts.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { ViewDocument } from '@fieldstone/metadata/types/documents.js';
import type { ScreenObject } from '@fieldstone/metadata/types/wire.js';
import type { SimpleFilter, UrlState } from '../app/url-state.js';
import { formatDate, formatDuration, formatTime } from '../fields/format.js';
import { loadEditors } from '../fields/load-editors.js';
import { fieldScreen } from '../fields/registry.js';
import { isOperator, operandOf } from '../model/filters.js';
import { fieldAt, fieldsAt, ownerField, type FieldAt, type Screen } from '../model/screen.js';
import { t } from '../texts/text.js';
import type { FsInput } from '../ui-kit/fs-input.js';
import type { FsMenu } from '../ui-kit/fs-menu.js';
import { valueStyles } from '../ui-kit/shared-styles.js';

type Editing = { readonly at: FieldAt; readonly index: number | null };

/**
 * @summary Text search, quick filters of the view, and a chip for every filter in use.
 *
 * @event fs-state - `detail` is the part of the state that changed.
 */
export class FsFilterBar extends LitElement {
  static override styles = [
    valueStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        align-items: center;
      }
      fs-input {
        width: 240px;
      }
      button {
        display: inline-flex;
        align-items: center;
        gap: 5px;
        height: 28px;
        padding: 0 10px;
        font: var(--fs-font-13);
        color: var(--fs-text);
        background: var(--fs-surface);
        border: 1px solid var(--fs-line);
        border-radius: 14px;
        cursor: pointer;
        max-width: 320px;
      }
      button:hover {
        border-color: var(--fs-line-strong);
      }
      button:focus-visible {
        border-radius: 14px;
      }
      button fs-icon {
        font-size: 14px;
        color: var(--fs-text-muted);
      }
      button[aria-pressed='true'],
      .chip {
        background: var(--fs-accent-soft);
        border-color: var(--fs-accent);
        color: var(--fs-accent-text);
      }
      .chip b {
        font-weight: 600;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .clear {
        border-color: transparent;
        background: none;
        color: var(--fs-text-muted);
        text-decoration: underline;
      }
      @media (max-width: 560px) {
        :host {
          flex-wrap: nowrap;
          overflow-x: auto;
          padding-bottom: 4px;
        }
        fs-input {
          width: 170px;
          flex: none;
        }
        button {
          flex: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) object!: ScreenObject;
  @property({ attribute: false }) view: ViewDocument | undefined;
  @property({ attribute: false }) urlState!: UrlState;

  @state() private editing: Editing | null = null;
  @state() private anchor: Element | null = null;
  @query('fs-input') private input!: FsInput;
  @query('fs-menu') private menu!: FsMenu;
  private timer = 0;

  focusSearch() {
    this.input.focus();
    this.input.select();
  }

  private change(part: Partial<UrlState>) {
    this.dispatchEvent(new CustomEvent('fs-state', { detail: part, bubbles: true, composed: true }));
  }

  private typed(event: CustomEvent<string>) {
    window.clearTimeout(this.timer);
    const q = event.detail;
    this.timer = window.setTimeout(() => this.change({ q }), 250);
  }

  private kindOf(at: FieldAt) {
    return fieldScreen(at.field).filter;
  }

  private async open(anchor: EventTarget | null, at: FieldAt, index: number | null) {
    if (!(await loadEditors())) return;
    this.anchor = anchor instanceof Element ? anchor : null;
    this.editing = { at, index };
  }

  private close() {
    this.editing = null;
    this.anchor = null;
  }

  private use(filter: SimpleFilter | null) {
    const index = this.editing?.index ?? null;
    const others = this.urlState.filter;
    const next = index === null ? [...others] : others.filter((_, i) => i !== index);
    if (filter) next.splice(index ?? next.length, 0, filter);
    const anchor = this.anchor;
    this.close();
    this.change({ filter: next });
    if (anchor instanceof HTMLElement && anchor.isConnected) anchor.focus();
  }

  private chooseField(event: Event) {
    const anchor = event.currentTarget as HTMLElement;
    const paths = this.object.fields.flatMap(({ name, type }) => [name, ...partsOf(type).map((part) => `${name}.${part.name}`)]);
    const choices = fieldsAt(this.screen, this.object.name, paths).filter((at) => this.kindOf(at) !== null);
    void this.menu.show(
      anchor,
      t('filter.add'),
      choices.map((at) => ({ value: at.path, label: at.label })),
      (name) => {
        const at = fieldAt(this.screen, this.object.name, name);
        if (at) void this.open(anchor, at, null);
      },
    );
  }

  private describe(filter: SimpleFilter, at: FieldAt): string {
    if (!isOperator(filter.op)) return at.label;
    const { value } = filter;
    const shown = {
      none: '',
      text: String(value ?? ''),
      number: String(value ?? ''),
      date: typeof value === 'string' ? formatDate(value, this.screen.me) : '',
      tags: (Array.isArray(value) ? value : []).join(', '),
      time: typeof value === 'string' ? formatTime(value, this.screen.me) : '',
      duration: formatDuration(value, this.screen.me),
      choices: (Array.isArray(value) ? value : [])
        .map((v) => at.field.options?.find((o) => o.value === v)?.label ?? this.screen.object(String(v))?.label ?? String(v))
        .join(', '),
      record: '…',
    }[operandOf(filter.op)];
    return `${t(`op.${filter.op}`)} ${shown}`.trim();
  }

  private chip(filter: SimpleFilter, index: number) {
    const at = fieldAt(this.screen, this.object.name, filter.field);
    if (!at) return nothing;
    return html`<button class="chip" aria-haspopup="dialog" @click=${(event: Event) => void this.open(event.currentTarget, at, index)}>
      ${at.label} <b>${this.describe(filter, at)}</b>
    </button>`;
  }

  private mine() {
    const owner = ownerField(this.object);
    if (!owner) return nothing;
    const index = this.urlState.filter.findIndex((f) => f.field === owner.name && f.op === 'is_me');
    const toggle = () =>
      this.change({
        filter:
          index >= 0
            ? this.urlState.filter.filter((_, i) => i !== index)
            : [...this.urlState.filter, { field: owner.name, op: 'is_me', value: null }],
      });
    return html`<button aria-pressed=${index >= 0} @click=${toggle}><fs-icon name="user"></fs-icon>${t('filter.mine')}</button>`;
  }

  override render() {
    const { filter } = this.urlState;
    const owner = ownerField(this.object);
    const used = new Set(filter.map((f) => f.field));
    const quick = (this.view?.quickFilters ?? [])
      .flatMap((path) => fieldAt(this.screen, this.object.name, path) ?? [])
      .filter((at) => this.kindOf(at) !== null && !used.has(at.path) && at.path !== owner?.name);
    const editing = this.editing;
    const kind = editing && this.kindOf(editing.at);
    return html`<fs-input
        bare
        clearable
        type="text"
        icon="search"
        label=${t('list.search', { objects: this.object.pluralLabel })}
        placeholder=${t('list.search', { objects: this.object.pluralLabel })}
        .value=${this.urlState.q}
        @fs-change=${this.typed}
      ></fs-input>
      ${this.mine()}
      ${quick.map(
        (at) =>
          html`<button aria-haspopup="dialog" @click=${(event: Event) => void this.open(event.currentTarget, at, null)}>
            ${at.label}<fs-icon name="chevron-down"></fs-icon>
          </button>`,
      )}
      ${filter.map((f, index) => (f.field === owner?.name && f.op === 'is_me' ? nothing : this.chip(f, index)))}
      <button aria-haspopup="menu" data-add-filter @click=${this.chooseField}><fs-icon name="filter"></fs-icon>${t('filter.add')}</button>
      ${
        filter.length > 0 || this.urlState.q
          ? html`<button class="clear" @click=${() => this.change({ filter: [], q: '' })}>${t('filter.clear')}</button>`
          : nothing
      }
      <fs-menu></fs-menu>
      ${
        editing && kind
          ? html`<fs-popover label=${t('filter.of', { field: editing.at.label })} .anchor=${this.anchor} @fs-close=${this.close}>
              <fs-filter-editor
                .screen=${this.screen}
                .at=${editing.at}
                kind=${kind}
                .filter=${editing.index === null ? null : (filter[editing.index] ?? null)}
                @fs-filter=${(event: CustomEvent<SimpleFilter | null>) => this.use(event.detail)}
              ></fs-filter-editor>
            </fs-popover>`
          : nothing
      }`;
  }
}

customElements.define('fs-filter-bar', FsFilterBar);
