import { css, html, nothing } from 'lit';
import { FsControl } from './control.js';

/**
 * @summary Several controls that make up one value: a name for all of them, and what is wrong with the value as a whole.
 *
 * @slot - The controls.
 */
export class FsFieldGroup extends FsControl {
  static override styles = [
    FsControl.controlStyles,
    css`
      fieldset {
        border: 1px solid var(--fs-line);
        border-radius: var(--fs-radius-m);
        margin: 0;
        padding: 8px 12px 12px;
        min-width: 0;
      }
      legend {
        padding: 0 4px;
        font: var(--fs-font-13);
        font-weight: 500;
      }
      legend.required::after {
        content: ' *';
        color: var(--fs-danger-text);
      }
      .parts {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: 8px 12px;
      }
      ::slotted(.wide) {
        grid-column: 1 / -1;
      }
      .help {
        color: var(--fs-text-muted);
        font: var(--fs-font-12);
      }
    `,
  ];

  override focus() {
    (this.querySelector<HTMLElement>('*') ?? undefined)?.focus();
  }

  override render() {
    return html`<fieldset aria-describedby=${this.error !== '' || this.help !== '' ? 'message' : nothing}>
      <legend class=${this.required ? 'required' : ''}>${this.label}</legend>
      <div class="parts"><slot></slot></div>
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

customElements.define('fs-field-group', FsFieldGroup);
