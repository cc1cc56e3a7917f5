import '../ui-kit/fs-button.js';
import '../ui-kit/fs-dialog.js';
import { LitElement, css, html } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { fieldScreen } from '../fields/registry.js';
import type { Screen } from '../model/screen.js';
import { t } from '../texts/text.js';
import { valueStyles } from '../ui-kit/shared-styles.js';
import type { Conflict } from './conflicts.js';

/**
 * @summary Lets the person choose, field by field, between two changes of one record.
 *
 * @event fs-choose - `detail` is the set of fields to keep as mine.
 * @event fs-close - The person goes on editing.
 */
export class FsConflict extends LitElement {
  static override styles = [
    valueStyles,
    css`
      p {
        margin: 0 0 16px;
        color: var(--fs-text-muted);
      }
      fieldset {
        border: 0;
        border-top: 1px solid var(--fs-line);
        margin: 0;
        padding: 12px 0;
      }
      legend {
        float: left;
        width: 100%;
        font-weight: 600;
        padding: 0 0 6px;
      }
      label {
        display: flex;
        gap: 8px;
        clear: both;
        padding: 5px 0;
        cursor: pointer;
      }
      input {
        accent-color: var(--fs-accent);
        width: 18px;
        height: 18px;
        flex: none;
      }
      label span:first-of-type {
        width: 64px;
        flex: none;
        color: var(--fs-text-muted);
      }
    `,
  ];

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) object!: ScreenObject;
  @property({ attribute: false }) conflicts: readonly Conflict[] = [];
  @state() private mine: ReadonlySet<string> = new Set();

  override connectedCallback() {
    super.connectedCallback();
    this.mine = new Set(this.conflicts.map((conflict) => conflict.field));
  }

  private keep(field: string, isMine: boolean) {
    const next = new Set(this.mine);
    if (isMine) next.add(field);
    else next.delete(field);
    this.mine = next;
  }

  private choice(conflict: Conflict, isMine: boolean) {
    const field = this.screen.field(this.object.name, conflict.field);
    const value = isMine ? conflict.mine : conflict.theirs;
    const shown = field ? fieldScreen(field).text(value ?? null, { field, screen: this.screen }) : '';
    return html`<label
      ><input
        type="radio"
        name=${conflict.field}
        .checked=${this.mine.has(conflict.field) === isMine}
        @change=${() => this.keep(conflict.field, isMine)}
      /><span>${isMine ? t('conflict.mine') : t('conflict.theirs')}</span><span>${shown || t('field.none')}</span></label
    >`;
  }

  override render() {
    return html`<fs-dialog label=${t('conflict.title')} open has-footer>
      <p>${t('conflict.text')}</p>
      ${this.conflicts.map(
        (conflict) =>
          html`<fieldset>
            <legend>${this.screen.field(this.object.name, conflict.field)?.label ?? conflict.field}</legend>
            ${this.choice(conflict, true)} ${this.choice(conflict, false)}
          </fieldset>`,
      )}
      <fs-button slot="footer" @click=${() => this.dispatchEvent(new CustomEvent('fs-close'))}>${t('record.cancel')}</fs-button>
      <fs-button slot="footer" variant="primary" @click=${() => this.dispatchEvent(new CustomEvent('fs-choose', { detail: this.mine }))}
        >${t('conflict.keep')}</fs-button
      >
    </fs-dialog>`;
  }
}

customElements.define('fs-conflict', FsConflict);
