import '../ui-kit/fs-dialog.js';
import './fs-my-rights.js';
import './fs-share-panel.js';
import './fs-who-panel.js';
import { LitElement, css, html } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { RecordBody, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { titleOf, type Screen } from '../model/screen.js';
import { rights } from './texts.js';

export type RightsTab = 'shares' | 'who' | 'mine';

/** What the dialog has for somebody: sharing for whoever may share, who sees it for whoever may explain rights, their own rights for all. */
export const rightsTabs = (screen: Screen, object: ScreenObject): RightsTab[] => [
  ...(object.access.actions.includes('share') ? (['shares'] as const) : []),
  ...(screen.capabilities.has('explain_access') ? (['who'] as const) : []),
  'mine',
];

/**
 * @summary Whom a record is shared with, who sees it and why, and what the caller may do with it.
 *
 * @event fs-close - The person wants it closed.
 */
export class FsRightsDialog extends LitElement {
  static override styles = css`
    fs-dialog {
      --fs-dialog-width: 640px;
    }
    [role='tablist'] {
      display: flex;
      flex-wrap: wrap;
      gap: 4px;
      margin: -6px 0 16px;
      border-bottom: 1px solid var(--fs-line);
    }
    [role='tab'] {
      padding: 8px 10px;
      border: 0;
      border-bottom: 2px solid transparent;
      background: none;
      font: var(--fs-font-14);
      color: var(--fs-text-muted);
      cursor: pointer;
    }
    [role='tab'][aria-selected='true'] {
      color: var(--fs-text);
      border-bottom-color: var(--fs-accent);
    }
    [role='tab']:focus-visible {
      outline: var(--fs-focus);
      outline-offset: -2px;
    }
  `;

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) object!: ScreenObject;
  @property({ attribute: false }) record!: RecordBody;
  /** Where it begins. */
  @property() tab: RightsTab = 'mine';

  @state() private chosen: RightsTab | null = null;

  private step(event: KeyboardEvent, tabs: readonly RightsTab[], at: RightsTab) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    this.chosen = tabs[(tabs.indexOf(at) + by + tabs.length) % tabs.length] ?? at;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-selected=true]')?.focus());
  }

  private panel(tab: RightsTab) {
    const { screen, object, record } = this;
    if (tab === 'shares')
      return html`<fs-share-panel autofocus .screen=${screen} .object=${object} recordId=${record.id}></fs-share-panel>`;
    if (tab === 'who') return html`<fs-who-panel object=${object.name} recordId=${record.id}></fs-who-panel>`;
    return html`<fs-my-rights .screen=${screen} .object=${object} recordId=${record.id}></fs-my-rights>`;
  }

  override render() {
    const tabs = rightsTabs(this.screen, this.object);
    const wanted = this.chosen ?? this.tab;
    const tab = tabs.includes(wanted) ? wanted : 'mine';
    const name = titleOf(this.object, this.record);
    return html`<fs-dialog label=${rights(tab === 'shares' ? 'title.share' : 'title.rights', { name })} open>
      <div role="tablist" aria-label=${rights('title.rights', { name })} @keydown=${(event: KeyboardEvent) => this.step(event, tabs, tab)}>
        ${tabs.map(
          (each) =>
            html`<button
              role="tab"
              id="tab-${each}"
              aria-controls="panel"
              aria-selected=${each === tab}
              tabindex=${each === tab ? 0 : -1}
              @click=${() => (this.chosen = each)}
            >
              ${rights(`tab.${each}`)}
            </button>`,
        )}
      </div>
      <div role="tabpanel" id="panel" aria-labelledby="tab-${tab}">${this.panel(tab)}</div>
    </fs-dialog>`;
  }
}

customElements.define('fs-rights-dialog', FsRightsDialog);
