import '../ui-kit/fs-icon.js';
import { LitElement, css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t } from '../texts/text.js';
import { dismissToast, onToasts, toasts, type Toast } from './toasts.js';

const shownFor = 10_000;

/** @summary Messages with a way back. They stay while the pointer or focus is on them. */
export class FsToasts extends LitElement {
  static override styles = css`
    :host {
      position: fixed;
      z-index: 1000;
      left: 50%;
      bottom: 20px;
      transform: translateX(-50%);
      width: min(520px, calc(100vw - 24px));
      pointer-events: none;
    }
    [role='region'] {
      display: grid;
      gap: 8px;
    }
    .toast {
      pointer-events: auto;
      display: flex;
      align-items: center;
      gap: 10px;
      padding: 8px 8px 8px 14px;
      border-radius: 10px;
      background: var(--fs-text);
      color: var(--fs-canvas);
      box-shadow: var(--fs-shadow-2);
      font: var(--fs-font-14);
    }
    .toast.danger {
      background: var(--fs-danger-soft);
      color: var(--fs-danger-text);
      border: 1px solid var(--fs-danger);
    }
    p {
      flex: 1;
      margin: 0;
      overflow-wrap: anywhere;
    }
    button {
      border: 0;
      background: none;
      color: inherit;
      font: inherit;
      font-weight: 600;
      min-width: 28px;
      min-height: 28px;
      padding: 2px 8px;
      border-radius: var(--fs-radius-s);
      cursor: pointer;
      text-decoration: underline;
    }
    button:focus-visible {
      outline: 2px solid currentColor;
    }
    @media (max-width: 720px) {
      :host {
        bottom: 72px;
      }
    }
  `;

  private timers = new Map<number, number>();
  private stop: (() => void) | undefined;

  override connectedCallback() {
    super.connectedCallback();
    this.stop = onToasts(() => {
      for (const toast of toasts()) if (!this.timers.has(toast.id)) this.start(toast);
      this.requestUpdate();
    });
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.stop?.();
  }

  private start(toast: Toast) {
    window.clearTimeout(this.timers.get(toast.id));
    this.timers.set(
      toast.id,
      window.setTimeout(() => dismissToast(toast.id), shownFor),
    );
  }

  private pause(toast: Toast) {
    window.clearTimeout(this.timers.get(toast.id));
  }

  override render() {
    const list = toasts();
    if (list.length === 0) return nothing;
    return html`<div role="region" aria-label=${t('toasts')}>
      ${repeat(
        list,
        (toast) => toast.id,
        (toast) =>
          html`<div
            class="toast ${toast.tone}"
            @pointerenter=${() => this.pause(toast)}
            @pointerleave=${() => this.start(toast)}
            @focusin=${() => this.pause(toast)}
            @focusout=${() => this.start(toast)}
          >
            <p>${toast.text}</p>
            ${
              toast.action
                ? html`<button
                    @click=${() => {
                      dismissToast(toast.id);
                      toast.action?.run();
                    }}
                  >
                    ${toast.action.label}
                  </button>`
                : nothing
            }
            <button aria-label=${t('toast.dismiss')} @click=${() => dismissToast(toast.id)}><fs-icon name="x"></fs-icon></button>
          </div>`,
      )}
    </div>`;
  }
}

customElements.define('fs-toasts', FsToasts);
