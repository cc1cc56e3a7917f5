import './fs-combobox.js';
import './fs-select.js';
import { css, html } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { FsControl } from './control.js';
import type { FsCombobox, Option } from './fs-combobox.js';
import type { Choice } from './fs-select.js';

/** A thing and what kind of thing it is. */
export type OptionOfKind = Option & { readonly kind: string };

/**
 * @summary A choice of a kind of things, and then of a thing of that kind, which is searched for while typing.
 *
 * @event fs-change - The choice changed; `detail` is the option with its kind, or null.
 */
export class FsRecordOfAny extends FsControl {
  static override styles = [
    FsControl.controlStyles,
    css`
      div {
        display: grid;
        grid-template-columns: minmax(110px, 1fr) minmax(0, 2fr);
        gap: 8px;
        align-items: start;
      }
      @media (max-width: 420px) {
        div {
          grid-template-columns: 1fr;
        }
      }
    `,
  ];

  @property({ attribute: false }) kinds: readonly Choice[] = [];
  @property({ attribute: false }) value: OptionOfKind | null = null;
  @property({ attribute: false }) search: (kind: string, text: string) => Promise<readonly Option[]> = () => Promise.resolve([]);
  @property({ attribute: 'kind-label' }) kindLabel = '';
  @property() placeholder = '';
  @property({ attribute: 'empty-text' }) emptyText = '';
  @property({ attribute: 'clear-label' }) clearLabel = 'Clear';
  /** What was chosen while there is no thing of it yet. */
  @state() private chosen = '';
  @query('fs-combobox') private box!: FsCombobox;

  override focus() {
    this.box?.focus();
  }

  private get kind(): string {
    return this.value?.kind ?? (this.chosen || (this.kinds[0]?.value ?? ''));
  }

  private setKind(event: CustomEvent<string>) {
    event.stopPropagation();
    if (event.detail === this.kind) return;
    this.chosen = event.detail;
    if (this.value === null) return;
    this.value = null;
    this.emit(null);
  }

  private setThing(event: CustomEvent<Option | null>) {
    event.stopPropagation();
    const kind = this.kind;
    this.chosen = kind;
    this.value = event.detail === null ? null : { ...event.detail, kind };
    this.emit(this.value);
  }

  override render() {
    return html`<div>
      <fs-select
        label=${this.kindLabel}
        ?disabled=${this.disabled}
        .choices=${this.kinds}
        .value=${this.kind}
        @fs-change=${this.setKind}
      ></fs-select>
      <fs-combobox
        label=${this.label}
        help=${this.help}
        error=${this.error}
        placeholder=${this.placeholder}
        empty-text=${this.emptyText}
        clear-label=${this.clearLabel}
        ?required=${this.required}
        ?disabled=${this.disabled}
        .clearable=${!this.required}
        .value=${this.value}
        .search=${(text: string) => this.search(this.kind, text)}
        @fs-change=${this.setThing}
      ></fs-combobox>
    </div>`;
  }
}

customElements.define('fs-record-of-any', FsRecordOfAny);
