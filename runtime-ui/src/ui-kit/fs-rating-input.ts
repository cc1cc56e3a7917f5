import './fs-icon.js';
import { css, html, nothing } from 'lit';
import { property } from 'lit/decorators.js';
import { FsControl } from './control.js';

/**
 * @summary Stars to choose: radio buttons, so that arrow keys move among them, and a button that takes the choice away.
 *
 * @event fs-change - The choice changed; `detail` is the number of stars, or null.
 */
export class FsRatingInput extends FsControl {
  static override styles = [
    FsControl.controlStyles,
    css`
      fieldset {
        border: 0;
        margin: 0;
        padding: 0;
        min-width: 0;
      }
      legend {
        padding: 0;
        margin-bottom: 3px;
        font: var(--fs-font-13);
        font-weight: 500;
      }
      legend.required::after {
        content: ' *';
        color: var(--fs-danger-text);
      }
      .stars {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        min-height: var(--fs-control);
      }
      label {
        position: relative;
        padding: 0 2px;
        font-size: 22px;
        line-height: 28px;
        color: var(--fs-line-strong);
        cursor: pointer;
      }
      label.on {
        color: var(--fs-warning-text);
      }
      input {
        position: absolute;
        inset: 0;
        margin: 0;
        opacity: 0;
        cursor: inherit;
      }
      label:has(:focus-visible) {
        outline: var(--fs-focus);
        border-radius: var(--fs-radius-s);
      }
      button {
        border: 0;
        background: none;
        color: var(--fs-text-muted);
        min-width: 28px;
        height: 28px;
        cursor: pointer;
      }
      button:focus-visible {
        outline: var(--fs-focus);
        border-radius: var(--fs-radius-s);
      }
      .help {
        color: var(--fs-text-muted);
        font: var(--fs-font-12);
      }
    `,
  ];

  @property({ type: Number }) value: number | null = null;
  @property({ type: Number }) max = 5;
  /** Name of one choice for those who can not see it. */
  @property({ attribute: false }) name: (stars: number) => string = String;
  @property({ attribute: 'clear-label' }) clearLabel = 'Clear';

  private choose(stars: number | null) {
    this.value = stars;
    this.emit(stars);
  }

  override render() {
    const stars = Array.from({ length: this.max }, (_, index) => index + 1);
    const described = this.error !== '' || this.help !== '' ? 'message' : nothing;
    return html`<fieldset role="radiogroup" aria-required=${this.required} aria-describedby=${described} ?disabled=${this.disabled}>
      <legend class=${this.required ? 'required' : ''}>${this.label}</legend>
      <div class="stars">
        ${stars.map(
          (star) =>
            html`<label class=${this.value !== null && star <= this.value ? 'on' : ''}
              ><input
                type="radio"
                name="stars"
                aria-label=${this.name(star)}
                .checked=${star === this.value}
                @change=${() => this.choose(star)}
              /><span aria-hidden="true">${this.value !== null && star <= this.value ? '★' : '☆'}</span></label
            >`,
        )}
        ${
          this.value !== null && !this.required && !this.disabled
            ? html`<button type="button" aria-label="${this.clearLabel} ${this.label}" @click=${() => this.choose(null)}>
                <fs-icon name="x"></fs-icon>
              </button>`
            : nothing
        }
      </div>
      ${
        this.error !== ''
          ? html`<span class="error" id="message">${this.error}</span>`
          : this.help !== ''
            ? html`<span class="help" id="message">${this.help}</span>`
            : nothing
      }
    </fieldset>`;
  }
}

customElements.define('fs-rating-input', FsRatingInput);
