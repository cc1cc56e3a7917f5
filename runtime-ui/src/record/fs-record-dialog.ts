import '../ui-kit/fs-button.js';
import '../ui-kit/fs-dialog.js';
import './fs-record-form.js';
import { LitElement, css, html } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { RecordBody, ScreenRecordType } from '@fieldstone/metadata/types/wire.js';
import { navigate, objectPath, recordPath } from '../app/router.js';
import { offerUndo } from '../app/undo.js';
import type { Values } from '../model/form-values.js';
import { titleOf, type Screen } from '../model/screen.js';
import { t } from '../texts/text.js';
import type { FsRecordForm } from './fs-record-form.js';

/**
 * @summary Makes or edits one record in a dialog.
 *
 * @event fs-saved - `detail` is the record as it was saved.
 * @event fs-close - Done, or given up.
 */
export class FsRecordDialog extends LitElement {
  static override styles = css`
    fs-dialog {
      --fs-dialog-width: 780px;
    }
    .ask {
      margin-inline-end: auto;
      align-self: center;
      color: var(--fs-danger-text);
    }
    .types {
      list-style: none;
      margin: 0;
      padding: 0;
      display: grid;
      gap: 8px;
    }
    .types button {
      width: 100%;
      padding: 12px 14px;
      display: grid;
      gap: 2px;
      text-align: start;
      font: inherit;
      color: var(--fs-text);
      background: var(--fs-surface);
      border: 1px solid var(--fs-line-strong);
      border-radius: 8px;
      cursor: pointer;
    }
    .types button:hover,
    .types button:focus-visible {
      background: var(--fs-hover);
      outline: 2px solid var(--fs-accent);
    }
    .types span {
      color: var(--fs-text-muted);
    }
    .actions {
      display: flex;
      gap: 8px;
      justify-content: flex-end;
    }
  `;

  @property({ attribute: false }) screen!: Screen;
  @property() name = '';
  @property({ attribute: false }) record: RecordBody | null = null;
  @property({ attribute: false }) prefill: Values = {};
  @property({ attribute: false }) messages: ReadonlyMap<string, readonly string[]> = new Map();
  /** Stay on the page after making a record, as in a related list. */
  @property({ type: Boolean }) stay = false;

  @state() private busy = false;
  @state() private asking = false;
  /** Id of the type that was chosen for a new record. */
  @state() private type = '';
  @query('fs-record-form') private form!: FsRecordForm | null;

  private begun: Values | undefined;

  /** Types to choose from before a new record is filled in; none where there is nothing to choose. */
  private get types(): readonly ScreenRecordType[] {
    const types = this.screen.object(this.name)?.recordTypes?.filter((type) => type.choosable) ?? [];
    return this.record || this.type !== '' || 'record_type' in this.prefill || types.length < 2 ? [] : types;
  }

  /** What the form begins with, the chosen type among it. One object for one choice: the form starts anew with another. */
  private get started(): Values {
    if (this.type === '') return this.prefill;
    if (this.begun?.['record_type'] !== this.type) this.begun = { ...this.prefill, record_type: this.type };
    return this.begun ?? this.prefill;
  }

  private choose(type: ScreenRecordType) {
    this.type = type.id;
    void this.updateComplete.then(async () => {
      await this.form?.updateComplete;
      this.form?.focusFirst();
    });
  }

  override firstUpdated() {
    const { form } = this;
    if (this.messages.size === 0) void form?.updateComplete.then(() => form.focusFirst());
  }

  private close() {
    this.dispatchEvent(new CustomEvent('fs-close', { bubbles: true, composed: true }));
  }

  private cancel(event?: Event) {
    event?.stopPropagation();
    if (this.form?.isDirty && !this.asking) this.asking = true;
    else this.close();
  }

  private async save() {
    if (this.busy || !this.form) return;
    this.busy = true;
    this.asking = false;
    try {
      const saved = await this.form.save();
      if (!saved) return;
      const object = this.screen.object(this.name);
      const name = object ? titleOf(object, saved) : '';
      this.dispatchEvent(new CustomEvent('fs-saved', { detail: saved, bubbles: true, composed: true }));
      this.close();
      if (this.record) return void offerUndo(t('record.saved', { name }));
      const path = recordPath(this.name, saved.id);
      const open = { label: t('keys.open'), run: () => navigate(path) };
      const list = objectPath(this.name);
      offerUndo(
        t('record.created', { name }),
        () => {
          if (location.pathname === path) navigate(list);
        },
        this.stay ? open : undefined,
      );
      if (!this.stay) navigate(path);
    } finally {
      this.busy = false;
    }
  }

  private keyed(event: KeyboardEvent) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      void this.save();
    }
  }

  override render() {
    const object = this.screen.object(this.name);
    if (!object) return html``;
    const label = this.record ? t('record.editOf', { object: object.label }) : t('record.new', { object: object.label });
    const { types } = this;
    if (types.length > 0) {
      return html`<fs-dialog label=${label} open has-footer @fs-close=${this.close}>
        <p id="types">${t('record.type.ask')}</p>
        <ul class="types" aria-labelledby="types">
          ${types.map(
            (type) =>
              html`<li>
                <button ?autofocus=${type.standard} @click=${() => this.choose(type)}>
                  <b>${type.label}</b>${type.description === undefined ? '' : html`<span>${type.description}</span>`}
                </button>
              </li>`,
          )}
        </ul>
        <div class="actions" slot="footer"><fs-button @click=${this.close}>${t('record.cancel')}</fs-button></div>
      </fs-dialog>`;
    }
    return html`<fs-dialog label=${label} open has-footer @fs-close=${this.cancel} @keydown=${this.keyed}>
      <fs-record-form
        .screen=${this.screen}
        .object=${object}
        .record=${this.record}
        .prefill=${this.started}
        .messages=${this.messages}
        @fs-submit=${this.save}
      ></fs-record-form>
      <div class="actions" slot="footer">
        ${
          this.asking
            ? html`<span class="ask" role="alert">${t('record.discard.ask')}</span>
                <fs-button @click=${() => (this.asking = false)}>${t('record.discard.stay')}</fs-button>
                <fs-button variant="danger" @click=${this.close}>${t('record.discard')}</fs-button>`
            : html`<fs-button @click=${this.cancel}>${t('record.cancel')}</fs-button>
                <fs-button variant="primary" ?loading=${this.busy} @click=${this.save}
                  >${this.record ? t('record.save') : t('record.create')}</fs-button
                >`
        }
      </div>
    </fs-dialog>`;
  }
}

customElements.define('fs-record-dialog', FsRecordDialog);
