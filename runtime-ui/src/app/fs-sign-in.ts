import '../ui-kit/fs-button.js';
import '../ui-kit/fs-input.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import { mark } from '../brand/mark.js';
import { ApiProblem } from '../api/problem.js';
import { t } from '../texts/text.js';
import { baseStyles } from '../ui-kit/shared-styles.js';
import type { FsInput } from '../ui-kit/fs-input.js';
import { signIn } from './session.js';

/** @summary The page of somebody who is not signed in. */
export class FsSignIn extends LitElement {
  static override styles = css`
    ${baseStyles}
    :host {
      display: grid;
      min-height: 100%;
      place-items: center;
      padding: 24px 16px;
      background: radial-gradient(1100px 500px at 50% -10%, var(--fs-accent-soft), transparent 70%), var(--fs-canvas);
    }
    main {
      width: min(380px, 100%);
    }
    .brand {
      display: flex;
      align-items: center;
      justify-content: center;
      gap: 10px;
      font: var(--fs-font-20);
      margin-bottom: 20px;
    }
    form {
      display: grid;
      gap: 16px;
      padding: 28px;
      background: var(--fs-surface);
      border: 1px solid var(--fs-line);
      border-radius: 14px;
      box-shadow: var(--fs-shadow-2);
    }
    h1 {
      font: var(--fs-font-20);
      margin: 0;
    }
    p {
      margin: -10px 0 0;
      color: var(--fs-text-muted);
    }
    .alert {
      margin: 0;
      padding: 9px 12px;
      border-radius: var(--fs-radius-m);
      background: var(--fs-danger-soft);
      color: var(--fs-danger-text);
      font: var(--fs-font-13);
    }
    .note {
      margin: 0;
      padding: 9px 12px;
      border-radius: var(--fs-radius-m);
      background: var(--fs-info-soft);
      color: var(--fs-info-text);
      font: var(--fs-font-13);
    }
  `;

  @property({ type: Boolean, attribute: 'has-ended' }) hasEnded = false;
  @state() private email = '';
  @state() private password = '';
  @state() private busy = false;
  @state() private tried = false;
  @state() private failure = '';

  override firstUpdated() {
    document.title = `${t('signIn.title')} · ${t('app.name')}`;
    this.field('email')?.focus();
  }

  private field(name: string) {
    return this.renderRoot.querySelector<FsInput>(`[data-field=${name}]`);
  }

  private async submit(event: Event) {
    event.preventDefault();
    this.tried = true;
    this.failure = '';
    if (this.email.trim() === '') return this.field('email')?.focus();
    if (this.password === '') return this.field('password')?.focus();
    this.busy = true;
    try {
      await signIn(this.email.trim(), this.password);
    } catch (error) {
      const refused = error instanceof ApiProblem && error.status === 401;
      this.failure = refused ? t('signIn.refused') : error instanceof Error ? error.message : t('state.error.text');
      if (refused) this.password = '';
      this.tried = false;
      this.busy = false;
      await this.updateComplete;
      this.field('password')?.focus();
    }
  }

  override render() {
    return html`<main>
      <div class="brand">${mark}${t('app.name')}</div>
      <form @submit=${this.submit} novalidate>
        <h1>${t('signIn.title')}</h1>
        <p>${t('signIn.intro')}</p>
        ${this.hasEnded && !this.failure ? html`<div class="note" role="status">${t('signIn.ended')}</div>` : nothing}
        ${this.failure ? html`<div class="alert" role="alert">${this.failure}</div>` : nothing}
        <fs-input
          data-field="email"
          type="email"
          autocomplete="username"
          label=${t('signIn.email')}
          error=${this.tried && this.email.trim() === '' ? t('signIn.missing.email') : ''}
          .value=${this.email}
          @fs-change=${(event: CustomEvent<string>) => (this.email = event.detail)}
        ></fs-input>
        <fs-input
          data-field="password"
          type="password"
          autocomplete="current-password"
          label=${t('signIn.password')}
          error=${this.tried && this.password === '' ? t('signIn.missing.password') : ''}
          .value=${this.password}
          @fs-change=${(event: CustomEvent<string>) => (this.password = event.detail)}
        ></fs-input>
        <fs-button variant="primary" type="submit" ?loading=${this.busy} @click=${this.submit}>${t('signIn.submit')}</fs-button>
      </form>
    </main>`;
  }
}

customElements.define('fs-sign-in', FsSignIn);
