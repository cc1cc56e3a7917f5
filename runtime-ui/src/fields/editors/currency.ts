import '../../ui-kit/fs-money-input.js';
import { html } from 'lit';
import { t } from '../../texts/text.js';
import type { MoneyText } from '../../ui-kit/fs-money-input.js';
import type { FieldEditor } from '../field-editors.js';
import { isMoney } from '../format.js';
import { typedNumber } from './typed-number.js';

/** The codes the browser knows, those in everyday use first. */
const common = ['EUR', 'USD', 'GBP', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'JPY', 'CNY', 'INR', 'CAD', 'AUD', 'BRL'];
const currencies = [...new Set([...common, ...Intl.supportedValuesOf('currency')])];

export const currency: FieldEditor = {
  edit: (editing) => {
    const value: MoneyText = isMoney(editing.value) ? editing.value : { amount: '', currency: editing.screen.me.currency };
    const codes = currencies.includes(value.currency) ? currencies : [value.currency, ...currencies];
    return html`<fs-money-input
      data-field=${editing.field.name}
      label=${editing.label}
      help=${editing.help}
      error=${editing.error}
      amount-label=${t('field.amount')}
      currency-label=${t('field.currency')}
      ?required=${editing.required}
      ?disabled=${editing.disabled}
      .currencies=${codes}
      .value=${value}
      @fs-change=${(event: CustomEvent<MoneyText>) => editing.change(event.detail.amount.trim() === '' ? null : event.detail)}
    ></fs-money-input>`;
  },
  toWrite: (value) => (isMoney(value) ? { amount: typedNumber(value.amount), currency: value.currency } : value),
};
