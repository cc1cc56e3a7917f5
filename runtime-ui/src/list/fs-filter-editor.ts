import '../ui-kit/fs-button.js';
import '../ui-kit/fs-combobox.js';
import '../ui-kit/fs-input.js';
import '../ui-kit/fs-read-input.js';
import '../ui-kit/fs-select.js';
import '../ui-kit/fs-tags-input.js';
import { tagText } from '@fieldstone/metadata/language/literals.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { SimpleFilter } from '../app/url-state.js';
import { asList } from '../fields/as-list.js';
import { badgeChoices } from '../fields/badge.js';
import { readDuration, writeDuration } from '../fields/editors/duration.js';
import { findTargets } from '../fields/editors/find-targets.js';
import { removeTag } from '../fields/editors/tags.js';
import { typedNumber } from '../fields/editors/typed-number.js';
import { isComplete, isOperator, operandOf, operatorsOf, type FilterKind, type OperatorName } from '../model/filters.js';
import type { FieldAt, Screen } from '../model/screen.js';
import { t } from '../texts/text.js';
import type { Option } from '../ui-kit/fs-combobox.js';

/**
 * @summary Edits one filter: an operator of the field's type, and its operand.
 *
 * @event fs-filter - `detail` is the filter to use, or null to take it away.
 */
export class FsFilterEditor extends LitElement {
  static override styles = css`
    form {
      display: grid;
      gap: var(--fs-space-3);
    }
    strong {
      font: var(--fs-font-14);
      font-weight: 600;
    }
    .actions {
      display: flex;
      justify-content: space-between;
      gap: var(--fs-space-2);
    }
  `;

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) at!: FieldAt;
  @property() kind: FilterKind = 'text';
  @property({ attribute: false }) filter: SimpleFilter | null = null;

  @state() private op: OperatorName = 'contains';
  @state() private value: unknown = null;
  @state() private option: Option | null = null;

  override willUpdate(changed: Map<string, unknown>) {
    if (!changed.has('at') && !changed.has('filter')) return;
    const first = operatorsOf(this.kind)[0] ?? 'is_empty';
    this.op = this.filter && isOperator(this.filter.op) ? this.filter.op : first;
    this.value = this.filter?.value ?? null;
    this.option = typeof this.value === 'string' && operandOf(this.op) === 'record' ? { id: this.value, label: t('filter.chosen') } : null;
  }

  override firstUpdated() {
    void this.updateComplete.then(() => (this.renderRoot.querySelector<HTMLElement>('[data-operand]') ?? this.first())?.focus());
  }

  private first() {
    return this.renderRoot.querySelector<HTMLElement>('fs-select');
  }

  private get draft(): SimpleFilter {
    const value = operandOf(this.op) === 'number' && typeof this.value === 'string' ? typedNumber(this.value) : this.value;
    return { field: this.at.path, op: this.op, value: operandOf(this.op) === 'none' ? null : value };
  }

  private send(filter: SimpleFilter | null) {
    this.dispatchEvent(new CustomEvent('fs-filter', { detail: filter }));
  }

  private submit(event: Event) {
    event.preventDefault();
    if (isComplete(this.draft)) this.send(this.draft);
  }

  private setOperator(event: CustomEvent<string>) {
    if (!isOperator(event.detail)) return;
    if (operandOf(event.detail) !== operandOf(this.op)) this.value = null;
    this.op = event.detail;
  }

  private choices() {
    const { field } = this.at;
    if (this.kind !== 'any_record') return badgeChoices(field);
    return (field.targets ?? []).map((name) => ({ value: name, label: this.screen.object(name)?.label ?? name }));
  }

  private operand() {
    const set = (event: CustomEvent<unknown>) => (this.value = event.detail);
    const label = t('filter.value');
    switch (operandOf(this.op)) {
      case 'none':
        return nothing;
      case 'choices':
        return html`<fs-select
          data-operand
          multiple
          label=${label}
          placeholder=${t('field.choose')}
          .choices=${this.choices()}
          .value=${Array.isArray(this.value) ? this.value : []}
          @fs-change=${set}
        ></fs-select>`;
      case 'record':
        return html`<fs-combobox
          data-operand
          bare
          label=${label}
          placeholder=${t('lookup.search')}
          empty-text=${t('lookup.none')}
          .value=${this.option}
          .search=${(text: string) => findTargets({ field: { target: this.at.field.target ?? this.at.field.targets?.[0] }, screen: this.screen, values: {}, object: this.at.object }, text)}
          @fs-change=${(event: CustomEvent<Option | null>) => {
            this.option = event.detail;
            this.value = event.detail?.id ?? null;
          }}
        ></fs-combobox>`;
      case 'tags':
        return html`<fs-tags-input
          data-operand
          label=${label}
          placeholder=${t('field.tags.add')}
          .tidy=${tagText}
          .removeLabel=${removeTag}
          .value=${asList(this.value)}
          @fs-change=${set}
        ></fs-tags-input>`;
      case 'duration':
        return html`<fs-read-input
          data-operand
          bare
          label=${label}
          placeholder=${t('field.duration.example')}
          .value=${this.value}
          .read=${readDuration}
          .write=${writeDuration}
          @fs-change=${set}
        ></fs-read-input>`;
      case 'date':
      case 'time':
        return html`<fs-input
          data-operand
          bare
          type=${operandOf(this.op) === 'time' ? 'time' : 'date'}
          label=${label}
          .value=${String(this.value ?? '')}
          @fs-change=${set}
        ></fs-input>`;
      case 'number':
        return html`<fs-input
          data-operand
          bare
          inputmode="decimal"
          label=${label}
          .value=${String(this.value ?? '')}
          @fs-change=${set}
        ></fs-input>`;
      case 'text':
        return html`<fs-input data-operand bare label=${label} .value=${String(this.value ?? '')} @fs-change=${set}></fs-input>`;
    }
  }

  override render() {
    return html`<form @submit=${this.submit}>
      <strong>${this.at.label}</strong>
      <fs-select
        label=${t('filter.operator')}
        .choices=${operatorsOf(this.kind).map((op) => ({ value: op, label: t(`op.${op}`) }))}
        .value=${this.op}
        @fs-change=${this.setOperator}
      ></fs-select>
      ${this.operand()}
      <div class="actions">
        ${this.filter ? html`<fs-button variant="quiet" @click=${() => this.send(null)}>${t('filter.remove')}</fs-button>` : html`<span></span>`}
        <fs-button variant="primary" type="submit" ?disabled=${!isComplete(this.draft)} @click=${this.submit}
          >${t('filter.apply')}</fs-button
        >
      </div>
    </form>`;
  }
}

customElements.define('fs-filter-editor', FsFilterEditor);
