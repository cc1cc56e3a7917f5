import '../ui-kit/fs-button.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import { call } from '../api/http.js';
import { t } from '../texts/text.js';

const SHOWN_MS = 30_000;

/**
 * @summary Reveals a secret of a record when it is asked to, for half a minute. The server writes down that it was revealed.
 */
export class FsSecret extends LitElement {
  static override styles = css`
    :host {
      display: inline-flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 6px;
    }
    code {
      overflow-wrap: anywhere;
      user-select: all;
    }
    .error {
      color: var(--fs-danger-text);
      font: var(--fs-font-13);
    }
  `;

  @property() object = '';
  @property() record = '';
  @property() field = '';
  @property() label = '';
  @state() private value: string | null = null;
  @state() private error = '';
  @state() private busy = false;
  private timer = 0;

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.hide();
  }

  /** Another record in the same place has another secret. */
  override willUpdate(changed: Map<string, unknown>) {
    if (changed.has('record') || changed.has('field')) this.hide();
  }

  private hide() {
    window.clearTimeout(this.timer);
    this.value = null;
    this.error = '';
  }

  private async reveal() {
    this.busy = true;
    this.error = '';
    const { object, record, field } = this;
    try {
      const path = [object, record, 'reveal', field].map(encodeURIComponent).join('/');
      const answer = await call<{ value: string }>(`/records/${path}`, { method: 'POST' });
      if (record !== this.record || field !== this.field) return;
      this.value = answer.value;
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.hide(), SHOWN_MS);
    } catch (error) {
      this.error = error instanceof Error ? error.message : String(error);
    } finally {
      this.busy = false;
    }
  }

  override render() {
    const isShown = this.value !== null;
    return html`${isShown ? html`<code aria-live="polite">${this.value}</code>` : nothing}
      <fs-button
        variant="quiet"
        ?loading=${this.busy}
        label=${t(isShown ? 'secret.hideField' : 'secret.revealField', { field: this.label })}
        @click=${() => (isShown ? this.hide() : void this.reveal())}
        >${t(isShown ? 'secret.hide' : 'secret.reveal')}</fs-button
      >
      ${this.error === '' ? nothing : html`<span class="error" role="alert">${this.error}</span>`}`;
  }
}

customElements.define('fs-secret', FsSecret);
