import '../ui-kit/fs-dialog.js';
import { LitElement, css, html } from 'lit';
import { property } from 'lit/decorators.js';
import { t } from '../texts/text.js';
import { activeShortcuts } from './keys.js';

/** Keys that the grid and the board answer themselves. */
const own: readonly (readonly [string, string, string])[] = [
  ['keys.list', '← ↑ → ↓', 'keys.arrows'],
  ['keys.list', 'Enter', 'keys.open'],
  ['keys.list', 'Ctrl+Enter', 'keys.openTab'],
  ['keys.list', 'Space', 'keys.choose'],
  ['keys.list', 'Shift+← →', 'keys.resize'],
  ['keys.board', 'Space', 'keys.grab'],
  ['keys.board', 'm', 'keys.moveTo'],
  ['keys.board', 'Esc', 'keys.cancel'],
  ['keys.record', 'Ctrl+Enter', 'keys.save'],
];

/** @summary The shortcuts that work here, by where they work. */
export class FsKeyHelp extends LitElement {
  static override styles = css`
    h3 {
      font: var(--fs-font-13);
      font-weight: 600;
      color: var(--fs-text-muted);
      margin: 16px 0 6px;
    }
    h3:first-child {
      margin-top: 0;
    }
    [tabindex]:focus-visible {
      outline: var(--fs-focus);
      outline-offset: 4px;
    }
    dl {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      gap: 6px 16px;
      margin: 0;
    }
    dd {
      margin: 0;
    }
    kbd {
      font: var(--fs-font-12);
      padding: 1px 7px;
      border: 1px solid var(--fs-line-strong);
      border-radius: 5px;
      background: var(--fs-canvas);
    }
  `;

  @property({ type: Boolean }) open = false;

  override render() {
    const rows = [
      ...activeShortcuts().map((s) => ({ scope: s.scope, keys: s.keys, label: s.label })),
      ...own.map(([scope, keys, label]) => ({ scope: t(scope as 'keys.list'), keys, label: t(label as 'keys.open') })),
    ];
    const scopes = [...new Set(rows.map((row) => row.scope))];
    // Where it is longer than the screen, the keyboard scrolls it: there is nothing else in it to go to.
    return html`<fs-dialog label=${t('keys.title')} ?open=${this.open}>
      <div tabindex="0" role="group" aria-label=${t('keys.title')}>
        ${scopes.map(
          (scope) =>
            html`<h3>${scope}</h3>
              <dl>
                ${rows
                  .filter((row) => row.scope === scope)
                  .map(
                    (row) =>
                      html`<dt>${row.label}</dt>
                        <dd>${row.keys.split(' ').map((key) => html`<kbd>${key}</kbd> `)}</dd>`,
                  )}
              </dl>`,
        )}
      </div>
    </fs-dialog>`;
  }
}

customElements.define('fs-key-help', FsKeyHelp);
