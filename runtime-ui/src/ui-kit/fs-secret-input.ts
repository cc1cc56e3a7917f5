import './fs-button.js';
import './fs-input.js';
import { css, html, nothing } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { FsControl } from './control.js';

/**
 * @summary A text that is not shown. One that is stored already is kept, replaced by typing, or taken away by its button.
 *
 * @event fs-change - The text changed; `detail` is the new text, null for none, or what `value` was at first when it is to be kept.
 */
export class FsSecretInput extends FsControl {
  static override styles = [
    FsControl.controlStyles,
    css`
      div {
        display: flex;
        align-items: end;
        gap: 8px;
      }
      fs-input {
        flex: 1;
      }
    `,
  ];

  /** Whether a text is stored now; `value` then is not that text. */
  @property({ type: Boolean }) stored = false;
  @property({ attribute: false }) value: unknown = null;
  @property({ attribute: 'stored-text' }) storedText = '';
  @property({ attribute: 'removed-text' }) removedText = '';
  @property({ attribute: 'remove-label' }) removeLabel = 'Remove';
  @property({ attribute: 'keep-label' }) keepLabel = 'Keep';
  @property({ type: Number }) maxlength = 0;
  /** What was stored when the form was opened: it comes back when nothing is typed any more. */
  @state() private kept: unknown = undefined;
  @query('fs-input') private input!: HTMLElement;

  override focus() {
    this.input?.focus();
  }

  override willUpdate() {
    if (this.kept === undefined && this.stored) this.kept = this.value;
  }

  private set(value: unknown) {
    this.value = value;
    this.emit(value);
  }

  private typed(event: CustomEvent<string>) {
    event.stopPropagation();
    this.set(event.detail === '' ? (this.kept ?? null) : event.detail);
  }

  override render() {
    const isRemoved = this.kept !== undefined && this.value === null;
    return html`<div>
      <fs-input
        type="password"
        autocomplete="off"
        label=${this.label}
        help=${this.help}
        error=${this.error}
        placeholder=${isRemoved ? this.removedText : this.kept === undefined ? '' : this.storedText}
        maxlength=${this.maxlength}
        ?required=${this.required && this.kept === undefined}
        ?disabled=${this.disabled}
        .value=${typeof this.value === 'string' ? this.value : ''}
        @fs-change=${this.typed}
      ></fs-input>
      ${
        this.kept === undefined || this.required || this.disabled
          ? nothing
          : html`<fs-button
              variant="quiet"
              label="${isRemoved ? this.keepLabel : this.removeLabel}: ${this.label}"
              @click=${() => this.set(isRemoved ? this.kept : null)}
              >${isRemoved ? this.keepLabel : this.removeLabel}</fs-button
            >`
      }
    </div>`;
  }
}

customElements.define('fs-secret-input', FsSecretInput);
