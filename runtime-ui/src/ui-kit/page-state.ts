import './fs-button.js';
import './fs-icon.js';
import { html, nothing } from 'lit';
import { ApiProblem } from '../api/problem.js';
import { t } from '../texts/text.js';

type Action = { readonly label: string; readonly run: () => void; readonly icon?: string };

/** What stands in the place of content that is not there; see `stateStyles`. `isPage` says that nothing else is on the page. */
export const pageState = (icon: string, title: string, text: string, action?: Action, isPage = false) =>
  html`<div class="state">
    <fs-icon name=${icon}></fs-icon>
    ${isPage ? html`<h1>${title}</h1>` : html`<h2>${title}</h2>`}
    <p>${text}</p>
    ${action ? html`<fs-button icon=${action.icon ?? ''} @click=${action.run}>${action.label}</fs-button>` : nothing}
  </div>`;

/** A failure in words, with a way on. */
export function failureState(error: unknown, retry: () => void, isPage = false) {
  const again = { label: t('state.retry'), run: retry, icon: 'refresh-cw' };
  if (error instanceof ApiProblem) {
    if (error.status === 0) return pageState('wifi-off', t('state.offline.title'), t('state.offline.text'), again, isPage);
    if (error.status === 403) return pageState('lock', t('state.forbidden.title'), t('state.forbidden.text'), undefined, isPage);
    if (error.status === 404) return pageState('search', t('state.missing.title'), t('state.missing.text'), undefined, isPage);
    return pageState('triangle-alert', t('state.error.title'), error.message, again, isPage);
  }
  return pageState('triangle-alert', t('state.error.title'), t('state.error.text'), again, isPage);
}
