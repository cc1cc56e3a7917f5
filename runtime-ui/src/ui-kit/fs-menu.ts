import '@shoelace-style/shoelace/dist/components/popup/popup.js';
import '@shoelace-style/shoelace/dist/components/menu/menu.js';
import '@shoelace-style/shoelace/dist/components/menu-item/menu-item.js';
import '@shoelace-style/shoelace/dist/components/menu-label/menu-label.js';
import './kit-icons.js';
import './fs-icon.js';
import { LitElement, css, html, nothing } from 'lit';
import { query, state } from 'lit/decorators.js';
import type SlMenu from '@shoelace-style/shoelace/dist/components/menu/menu.component.js';
import type SlMenuItem from '@shoelace-style/shoelace/dist/components/menu-item/menu-item.component.js';

export type MenuItem = {
  readonly value: string;
  readonly label: string;
  readonly icon?: string;
  readonly checked?: boolean;
  readonly disabled?: boolean;
  /** Heading of the group that starts with this item. */
  readonly heading?: string;
};

/**
 * @summary One menu, shown at any element. Escape and a click elsewhere close it and give focus back.
 */
export class FsMenu extends LitElement {
  static override styles = css`
    sl-popup {
      --auto-size-available-height: 400px;
    }
    sl-popup::part(popup) {
      z-index: 950;
    }
    sl-menu {
      min-width: 200px;
      max-width: min(340px, 96vw);
      max-height: 70vh;
      overflow: auto;
      box-shadow: var(--fs-shadow-2);
      border-radius: var(--fs-radius-m);
      background: var(--fs-raised);
      padding: 4px;
    }
    sl-menu-item::part(base) {
      font: var(--fs-font-14);
      padding: 6px 4px;
      border-radius: var(--fs-radius-s);
    }
    sl-menu-item:focus-visible::part(base),
    sl-menu-item:hover::part(base) {
      background: var(--fs-hover);
      color: var(--fs-text);
    }
    sl-menu-item:focus-visible::part(base) {
      outline: var(--fs-focus);
      outline-offset: -2px;
    }
    sl-menu-item::part(submenu-icon) {
      display: none;
    }
    sl-menu-item fs-icon {
      margin-inline-end: 8px;
      color: var(--fs-text-muted);
    }
    sl-menu-label::part(base) {
      font: var(--fs-font-12);
      font-weight: 600;
      color: var(--fs-text-muted);
      padding: 8px 12px 4px;
    }
  `;

  @state() private items: readonly MenuItem[] = [];
  @state() private anchor: Element | null = null;
  @query('sl-menu') private menu!: SlMenu;
  private chosen: ((value: string) => void) | undefined;

  get isOpen() {
    return this.anchor !== null;
  }

  async show(anchor: Element, label: string, items: readonly MenuItem[], choose: (value: string) => void) {
    if (this.anchor === anchor) return this.close();
    this.items = items;
    this.anchor = anchor;
    this.chosen = choose;
    if ('expanded' in anchor) anchor.expanded = true;
    document.addEventListener('pointerdown', this.outside, true);
    await this.updateComplete;
    await this.menu.updateComplete;
    this.menu.setAttribute('aria-label', label);
    const first = this.menu.querySelector<SlMenuItem>('sl-menu-item:not([disabled])');
    await first?.updateComplete;
    if (first) {
      this.menu.setCurrentItem(first);
      first.focus();
    }
  }

  close(refocus = true) {
    const anchor = this.anchor;
    this.anchor = null;
    document.removeEventListener('pointerdown', this.outside, true);
    if (anchor && 'expanded' in anchor) anchor.expanded = false;
    if (refocus && anchor instanceof HTMLElement) anchor.focus();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('pointerdown', this.outside, true);
  }

  private outside = (event: PointerEvent) => {
    const path = event.composedPath();
    if (!path.includes(this.menu) && !(this.anchor && path.includes(this.anchor))) this.close(false);
  };

  private keyed(event: KeyboardEvent) {
    if (event.key === 'Escape') {
      event.stopPropagation();
      event.preventDefault();
      this.close();
    } else if (event.key === 'Tab') this.close();
  }

  private selected(event: CustomEvent<{ item: SlMenuItem }>) {
    event.stopPropagation();
    const choose = this.chosen;
    this.close();
    choose?.(event.detail.item.value);
  }

  override render() {
    if (!this.anchor) return nothing;
    return html`<sl-popup
      .anchor=${this.anchor}
      active
      placement="bottom-end"
      strategy="fixed"
      distance="4"
      flip
      shift
      auto-size="vertical"
    >
      <sl-menu @sl-select=${this.selected} @keydown=${this.keyed}>
        ${this.items.map(
          (item) =>
            html`${item.heading ? html`<sl-menu-label>${item.heading}</sl-menu-label>` : nothing}
              <sl-menu-item
                value=${item.value}
                type=${item.checked === undefined ? 'normal' : 'checkbox'}
                ?checked=${item.checked ?? false}
                ?disabled=${item.disabled ?? false}
                >${item.icon ? html`<fs-icon slot="prefix" name=${item.icon}></fs-icon>` : nothing}${item.label}</sl-menu-item
              >`,
        )}
      </sl-menu>
    </sl-popup>`;
  }
}

customElements.define('fs-menu', FsMenu);
