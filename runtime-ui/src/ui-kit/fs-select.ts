import '@shoelace-style/shoelace/dist/components/select/select.js';
import '@shoelace-style/shoelace/dist/components/option/option.js';
import './kit-icons.js';
import { css, html } from 'lit';
import { property, query } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type SlSelect from '@shoelace-style/shoelace/dist/components/select/select.component.js';
import { FsControl } from './control.js';

export type Choice = { readonly value: string; readonly label: string; readonly disabled?: boolean };

/**
 * @summary A choice of one, or several, of a list that is known beforehand.
 *
 * Shape: values hold no spaces (codes and ids).
 *
 * @event fs-change - The choice changed; `detail` is the value ('' for none), or the values with `multiple`.
 */
export class FsSelect extends FsControl {
  static override styles = [
    FsControl.controlStyles,
    css`
      sl-select.invalid::part(combobox) {
        border-color: var(--fs-danger);
      }
      sl-select::part(form-control-label) {
        display: block;
        font: var(--fs-font-13);
        font-weight: 500;
        margin-bottom: 3px;
      }
      sl-option::part(base) {
        font: var(--fs-font-14);
        padding-block: 5px;
      }
      sl-select::part(listbox) {
        min-width: 180px;
      }
    `,
  ];

  @property({ attribute: false }) choices: readonly Choice[] = [];
  @property({ attribute: false }) value: string | readonly string[] = '';
  @property() placeholder = '';
  @property({ type: Boolean }) multiple = false;
  @property({ type: Boolean }) clearable = false;

  @query('sl-select') private select!: SlSelect;

  override focus() {
    this.select?.focus();
  }

  override updated() {
    void this.markInner(this.select, 'input.select__display-input');
  }

  private changed(event: Event) {
    event.stopPropagation();
    this.value = this.select.value;
    this.emit(this.value);
  }

  /** Closing the list must not close the dialog it stands in. */
  private contain(event: Event) {
    event.stopPropagation();
  }

  override render() {
    return html`<sl-select
      class="${this.error ? 'invalid' : ''}"
      label=${this.label}
      placeholder=${this.placeholder}
      hoist
      max-options-visible="4"
      .value=${live(this.value as string | string[])}
      ?multiple=${this.multiple}
      ?clearable=${this.clearable}
      ?required=${this.required}
      ?disabled=${this.disabled}
      @sl-change=${this.changed}
      @sl-hide=${this.contain}
      @sl-after-hide=${this.contain}
      @sl-show=${this.contain}
      @sl-after-show=${this.contain}
    >
      ${this.choices.map((c) => html`<sl-option value=${c.value} ?disabled=${c.disabled ?? false}>${c.label}</sl-option>`)}
      ${this.message()}
    </sl-select>`;
  }
}

customElements.define('fs-select', FsSelect);
