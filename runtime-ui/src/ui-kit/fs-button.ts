import '@shoelace-style/shoelace/dist/components/button/button.js';
import './kit-icons.js';
import './fs-icon.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, query } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';

/**
 * @summary A button, or a link that looks like one. A button with an icon and no text is named by `label`.
 *
 * @slot - The text.
 */
export class FsButton extends LitElement {
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override styles = css`
    :host {
      display: inline-block;
    }
    sl-button {
      width: 100%;
    }
    sl-button::part(base) {
      font-weight: 500;
      align-items: center;
    }
    sl-button.danger::part(base) {
      background: var(--fs-danger);
      border-color: var(--fs-danger);
    }
    sl-button.quiet::part(base) {
      background: transparent;
      border-color: transparent;
      color: var(--fs-text-muted);
    }
    sl-button.quiet::part(base):hover {
      background: var(--fs-hover);
      color: var(--fs-text);
    }
    sl-button.icon-only::part(label) {
      padding: 0 calc((var(--fs-control) - 18px) / 2);
    }
    fs-icon {
      font-size: 16px;
    }
  `;

  @property() variant: 'default' | 'primary' | 'danger' | 'quiet' = 'default';
  @property() icon = '';
  @property() label = '';
  @property() href = '';
  @property() type: 'button' | 'submit' = 'button';
  @property({ type: Boolean, reflect: true }) disabled = false;
  @property({ type: Boolean, reflect: true }) loading = false;
  @property({ type: Boolean }) caret = false;
  @property({ attribute: 'has-popup' }) popup: '' | 'menu' | 'dialog' = '';
  @property({ type: Boolean }) expanded = false;
  @property({ attribute: 'keys' }) keys = '';

  @query('sl-button') private button!: HTMLElement & { focus(): void };

  override focus() {
    this.button?.focus();
  }

  /** The kit's own button forwards no ARIA states: they are set on the element that has focus. */
  override updated() {
    void this.updateComplete.then(async () => {
      await (this.button as unknown as LitElement).updateComplete;
      const base = this.button.shadowRoot?.querySelector('[part=base]');
      if (!base) return;
      const set = (name: string, value: string) => (value === '' ? base.removeAttribute(name) : base.setAttribute(name, value));
      set('aria-label', this.label);
      set('aria-haspopup', this.popup);
      set('aria-expanded', this.popup === '' ? '' : String(this.expanded));
      set('aria-keyshortcuts', this.keys);
    });
  }

  private clicked(event: Event) {
    if (this.type !== 'submit' || this.disabled || this.loading) return;
    event.preventDefault();
    this.closest('form')?.requestSubmit();
  }

  override render() {
    const kit = this.variant === 'quiet' ? 'default' : this.variant;
    const iconOnly = this.label !== '' && this.icon !== '';
    return html`<sl-button
      class="${this.variant} ${iconOnly ? 'icon-only' : ''}"
      variant=${kit}
      size="medium"
      href=${ifDefined(this.href || undefined)}
      title=${ifDefined(iconOnly ? this.label : undefined)}
      ?disabled=${this.disabled}
      ?loading=${this.loading}
      ?caret=${this.caret}
      @click=${this.clicked}
      >${this.icon === '' ? nothing : html`<fs-icon slot=${iconOnly ? '' : 'prefix'} name=${this.icon}></fs-icon>`}<slot></slot
    ></sl-button>`;
  }
}

customElements.define('fs-button', FsButton);
