import { css, html, nothing } from 'lit';
import { property, query } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { FsControl } from './control.js';

export type MoneyText = { readonly amount: string; readonly currency: string };

/**
 * @summary An amount with its currency.
 *
 * @event fs-change - `detail` is the amount as typed and the currency code.
 */
export class FsMoneyInput extends FsControl {
  static override styles = [
    FsControl.controlStyles,
    css`
      fieldset {
        border: 0;
        padding: 0;
        margin: 0;
        min-width: 0;
      }
      legend {
        padding: 0;
        font: var(--fs-font-13);
        font-weight: 500;
        margin-bottom: 3px;
      }
      .required::after {
        content: ' *';
        color: var(--fs-danger-text);
      }
      .box {
        display: flex;
        height: var(--fs-control);
        border: 1px solid var(--fs-line-strong);
        border-radius: var(--fs-radius-m);
        background: var(--fs-surface);
        overflow: hidden;
      }
      .box:focus-within {
        border-color: var(--fs-accent);
        box-shadow: 0 0 0 1px var(--fs-accent);
      }
      .box.invalid {
        border-color: var(--fs-danger);
      }
      input,
      select {
        border: 0;
        outline: none;
        font: var(--fs-font-14);
        color: var(--fs-text);
        background: var(--fs-surface);
        min-width: 0;
      }
      input {
        flex: 1;
        padding: 0 10px;
        text-align: end;
        font-variant-numeric: tabular-nums;
      }
      select {
        border-inline-start: 1px solid var(--fs-line);
        padding: 0 4px;
      }
      select:focus-visible {
        outline: var(--fs-focus);
        outline-offset: -3px;
      }
      .help {
        color: var(--fs-text-muted);
        font: var(--fs-font-12);
        margin-top: 2px;
      }
    `,
  ];

  @property({ attribute: false }) value: MoneyText = { amount: '', currency: 'EUR' };
  @property({ attribute: false }) currencies: readonly string[] = [];
  @property({ attribute: 'amount-label' }) amountLabel = '';
  @property({ attribute: 'currency-label' }) currencyLabel = '';
  @query('input') private input!: HTMLInputElement;

  override focus() {
    this.input?.focus();
  }

  private set(change: Partial<MoneyText>) {
    this.value = { ...this.value, ...change };
    this.emit(this.value);
  }

  override render() {
    const described = this.error || this.help ? 'message' : nothing;
    return html`<fieldset ?disabled=${this.disabled}>
      <legend class=${this.required ? 'required' : ''}>${this.label}</legend>
      <div class="box ${this.error ? 'invalid' : ''}">
        <input
          inputmode="decimal"
          autocomplete="off"
          aria-label="${this.label}: ${this.amountLabel}"
          aria-invalid=${this.error ? 'true' : nothing}
          aria-required=${this.required ? 'true' : nothing}
          aria-describedby=${described}
          .value=${live(this.value.amount)}
          @input=${(event: Event) => this.set({ amount: (event.target as HTMLInputElement).value })}
        />
        <select
          aria-label="${this.label}: ${this.currencyLabel}"
          @change=${(event: Event) => this.set({ currency: (event.target as HTMLSelectElement).value })}
        >
          ${this.currencies.map((code) => html`<option value=${code} ?selected=${code === this.value.currency}>${code}</option>`)}
        </select>
      </div>
      ${
        this.error
          ? html`<span class="error" id="message">${this.error}</span>`
          : this.help
            ? html`<div class="help" id="message">${this.help}</div>`
            : nothing
      }
    </fieldset>`;
  }
}

customElements.define('fs-money-input', FsMoneyInput);
