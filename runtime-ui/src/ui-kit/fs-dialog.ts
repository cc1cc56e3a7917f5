import '@shoelace-style/shoelace/dist/components/dialog/dialog.js';
import './kit-icons.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type SlDialog from '@shoelace-style/shoelace/dist/components/dialog/dialog.component.js';

/**
 * @summary A dialog over the page. Escape, its cross and a click beside it ask to close; the owner decides by taking `open` away.
 *
 * @event fs-close - The person wants it closed.
 * @slot - Content.
 * @slot footer - Buttons.
 */
export class FsDialog extends LitElement {
  static override styles = css`
    sl-dialog {
      --width: min(var(--fs-dialog-width, 520px), 100vw);
      --body-spacing: var(--fs-space-5);
      --header-spacing: var(--fs-space-4) var(--fs-space-5);
      --footer-spacing: var(--fs-space-3) var(--fs-space-5);
    }
    sl-dialog::part(title) {
      font: var(--fs-font-20);
    }
    sl-dialog::part(header) {
      border-bottom: 1px solid var(--fs-line);
    }
    sl-dialog::part(footer) {
      border-top: 1px solid var(--fs-line);
    }
    sl-dialog::part(panel) {
      border: 1px solid var(--fs-line);
      background: var(--fs-surface);
    }
    sl-dialog::part(body) {
      scroll-padding-block: 60px;
    }
  `;

  @property() label = '';
  @property({ type: Boolean }) open = false;
  @property({ type: Boolean, attribute: 'has-footer' }) footer = false;

  /** It moves out of sight. Opened meanwhile, the kit would hide what it has just shown. */
  @state() private leaving = false;
  @query('sl-dialog') private dialog!: SlDialog;

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.leaving = false;
  }

  /** The kit moves focus to the panel; the first control is what people expect. */
  private focusFirst(event: Event) {
    const first = this.querySelector<HTMLElement>('[autofocus]');
    if (!first) return;
    event.preventDefault();
    first.focus();
  }

  /** Head and foot of a dialog are not those of the page: with two dialogs open there would be two banners. */
  override async updated() {
    await this.dialog.updateComplete;
    for (const part of this.dialog.shadowRoot?.querySelectorAll('header, footer') ?? []) part.setAttribute('role', 'presentation');
  }

  private leaves(event: Event, leaving: boolean) {
    if (event.target === this.dialog) this.leaving = leaving;
  }

  private requestClose(event: Event) {
    if (event.target !== this.dialog) return;
    event.preventDefault();
    this.dispatchEvent(new CustomEvent('fs-close', { bubbles: true, composed: true }));
  }

  override render() {
    return html`<sl-dialog
      label=${this.label}
      ?open=${this.open && !this.leaving}
      @sl-hide=${(event: Event) => this.leaves(event, true)}
      @sl-after-hide=${(event: Event) => this.leaves(event, false)}
      @sl-request-close=${this.requestClose}
      @sl-initial-focus=${this.focusFirst}
    >
      <slot></slot>
      ${this.footer ? html`<slot name="footer" slot="footer"></slot>` : nothing}
    </sl-dialog>`;
  }
}

customElements.define('fs-dialog', FsDialog);
