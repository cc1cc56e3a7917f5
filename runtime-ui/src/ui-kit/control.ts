import { LitElement, css, html, nothing } from 'lit';
import { property } from 'lit/decorators.js';
import { baseStyles } from './shared-styles.js';

/** What every labelled control of the facade has: label, help, error, and one event, `fs-change`, whose detail is the new value. */
export abstract class FsControl extends LitElement {
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static controlStyles = css`
    ${baseStyles}
    :host {
      display: block;
      min-width: 0;
    }
    .error {
      display: block;
      color: var(--fs-danger-text);
      font: var(--fs-font-13);
      margin-top: 2px;
    }
    .error::before {
      content: '⚠ ';
      font-size: 11px;
    }
  `;

  @property() label = '';
  @property() help = '';
  @property() error = '';
  @property({ type: Boolean }) required = false;
  @property({ type: Boolean, reflect: true }) disabled = false;

  protected emit(value: unknown) {
    this.dispatchEvent(new CustomEvent('fs-change', { detail: value, bubbles: true, composed: true }));
  }

  /** Goes in the kit's help slot, which is the description of the control in its own root. */
  protected message() {
    if (this.error !== '') return html`<span slot="help-text" class="error">${this.error}</span>`;
    return this.help === '' ? nothing : html`<span slot="help-text">${this.help}</span>`;
  }

  /** The element that holds focus inside the kit's control; it gets the states that the kit does not forward. */
  protected async markInner(kit: Element | null, selector: string) {
    if (!kit) return;
    await (kit as LitElement).updateComplete;
    const inner = kit.shadowRoot?.querySelector(selector);
    if (this.error === '') inner?.removeAttribute('aria-invalid');
    else inner?.setAttribute('aria-invalid', 'true');
    if (this.required) inner?.setAttribute('aria-required', 'true');
    else inner?.removeAttribute('aria-required');
  }
}
