import './fs-shell.js';
import './fs-sign-in.js';
import { LitElement, css, html } from 'lit';
import { state } from 'lit/decorators.js';
import { t } from '../texts/text.js';
import { failureState } from '../ui-kit/page-state.js';
import { stateStyles } from '../ui-kit/shared-styles.js';
import { currentRoute, onRoute, type Route } from './router.js';
import { onSession, session, startSession, type Session } from './session.js';

/** @summary The whole app: sign-in, or the shell with the page of the address. */
export class FsApp extends LitElement {
  static override styles = [
    stateStyles,
    css`
      :host {
        display: block;
        height: 100%;
      }
      .starting {
        display: grid;
        place-items: center;
        height: 100%;
        color: var(--fs-text-muted);
        animation: appear 0s 300ms both;
      }
      @keyframes appear {
        from {
          visibility: hidden;
        }
      }
    `,
  ];

  @state() private now: Session = session();
  @state() private route: Route = currentRoute();
  private stops: (() => void)[] = [];

  override connectedCallback() {
    super.connectedCallback();
    this.stops = [onSession(() => (this.now = session())), onRoute((route) => (this.route = route))];
    void startSession();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.stops.forEach((stop) => stop());
  }

  override render() {
    switch (this.now.kind) {
      case 'starting':
        return html`<main class="starting" aria-busy="true">${t('app.loading')}</main>`;
      case 'failed':
        return html`<main>${failureState(this.now.error, () => void startSession())}</main>`;
      case 'out':
        return html`<fs-sign-in ?has-ended=${this.now.hasEnded}></fs-sign-in>`;
      case 'in':
        return html`<fs-shell .screen=${this.now.screen} .route=${this.route} ?connected=${this.now.isConnected}></fs-shell>`;
    }
  }
}

customElements.define('fs-app', FsApp);
