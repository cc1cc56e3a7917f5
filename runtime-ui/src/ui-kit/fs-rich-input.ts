import './fs-button.js';
import { css, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import { FsControl } from './control.js';
import { richStyles, valueStyles } from './shared-styles.js';

/**
 * @summary A formatted text as it stands, and a button that opens an editor for it.
 *
 * Shape: `show` makes an element of a text; `open` answers the text as it was edited, or undefined when it was left as it is.
 *
 * @event fs-change - The text changed; `detail` is the text, '' for none.
 */
export class FsRichInput extends FsControl {
  static override styles = [
    FsControl.controlStyles,
    valueStyles,
    richStyles,
    css`
      .label {
        font: var(--fs-font-13);
        font-weight: 500;
        margin-bottom: 3px;
      }
      .required::after {
        content: ' *';
        color: var(--fs-danger-text);
      }
      .box {
        padding: 8px 10px;
        border: 1px solid var(--fs-line-strong);
        border-radius: var(--fs-radius-m);
        background: var(--fs-surface);
        max-height: 240px;
        overflow: auto;
        margin-bottom: 6px;
      }
      .box.invalid {
        border-color: var(--fs-danger);
      }
      .empty,
      .help {
        color: var(--fs-text-muted);
        font: var(--fs-font-13);
      }
    `,
  ];

  @property() value = '';
  @property({ attribute: 'edit-label' }) editLabel = 'Edit';
  @property({ attribute: 'empty-label' }) emptyLabel = '';
  @property({ attribute: 'failed-label' }) failedLabel = '';
  @property({ attribute: false }) show: (value: string) => HTMLElement = () => document.createElement('div');
  @property({ attribute: false }) open: (value: string) => Promise<string | undefined> = () => Promise.resolve(undefined);

  @state() private hasFailed = false;

  override focus() {
    this.renderRoot.querySelector<HTMLElement>('fs-button')?.focus();
  }

  private async edit() {
    this.hasFailed = false;
    try {
      const next = await this.open(this.value);
      if (next !== undefined && next !== this.value) {
        this.value = next;
        this.emit(next);
      }
    } catch {
      this.hasFailed = true;
    }
    this.focus();
  }

  override render() {
    const message = this.error || (this.hasFailed ? this.failedLabel : '');
    return html`<div role="group" aria-label=${this.label} aria-describedby=${message || this.help ? 'message' : nothing}>
      <div class="label ${this.required ? 'required' : ''}">${this.label}</div>
      <div class="box ${this.error ? 'invalid' : ''}" tabindex="0" role="region" aria-label=${this.label}>
        ${this.value === '' ? html`<span class="empty">${this.emptyLabel}</span>` : this.show(this.value)}
      </div>
      <fs-button ?disabled=${this.disabled} @click=${this.edit}>${this.editLabel}</fs-button>
      ${
        message
          ? html`<span class="error" id="message">${message}</span>`
          : this.help
            ? html`<div class="help" id="message">${this.help}</div>`
            : nothing
      }
    </div>`;
  }
}

customElements.define('fs-rich-input', FsRichInput);
