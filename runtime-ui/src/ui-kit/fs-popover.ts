import '@shoelace-style/shoelace/dist/components/popup/popup.js';
import { LitElement, css, html, nothing } from 'lit';
import { property } from 'lit/decorators.js';

/**
 * @summary A small panel at another element, for a few controls. Escape and a click elsewhere ask to close it.
 *
 * @event fs-close - The person is done with it.
 */
export class FsPopover extends LitElement {
  static override styles = css`
    sl-popup::part(popup) {
      z-index: 900;
    }
    .panel {
      background: var(--fs-raised);
      border: 1px solid var(--fs-line);
      border-radius: var(--fs-radius-l);
      box-shadow: var(--fs-shadow-2);
      padding: var(--fs-space-4);
      width: min(300px, 92vw);
    }
  `;

  @property() label = '';
  @property({ attribute: false }) anchor: Element | null = null;

  override connectedCallback() {
    super.connectedCallback();
    document.addEventListener('pointerdown', this.outside, true);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('pointerdown', this.outside, true);
  }

  private close() {
    this.dispatchEvent(new CustomEvent('fs-close'));
  }

  private outside = (event: PointerEvent) => {
    const path = event.composedPath();
    if (!path.includes(this) && !(this.anchor && path.includes(this.anchor))) this.close();
  };

  private keyed(event: KeyboardEvent) {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.stopPropagation();
    this.close();
    if (this.anchor instanceof HTMLElement) this.anchor.focus();
  }

  override render() {
    if (!this.anchor) return nothing;
    return html`<sl-popup .anchor=${this.anchor} active placement="bottom-start" strategy="fixed" distance="6" flip shift>
      <div class="panel" role="dialog" aria-label=${this.label} @keydown=${this.keyed}><slot></slot></div>
    </sl-popup>`;
  }
}

customElements.define('fs-popover', FsPopover);
