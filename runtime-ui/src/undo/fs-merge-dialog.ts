import '../ui-kit/fs-button.js';
import '../ui-kit/fs-combobox.js';
import '../ui-kit/fs-dialog.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { MergePreview, RecordBody, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { ApiProblem, messagesByField } from '../api/problem.js';
import { listRecords, readRecord } from '../api/records.js';
import { offerUndo } from '../app/undo.js';
import { loadEditors } from '../fields/load-editors.js';
import { fieldScreen } from '../fields/registry.js';
import { changesOf } from '../model/form-values.js';
import { titleOf, type Screen } from '../model/screen.js';
import type { Option } from '../ui-kit/fs-combobox.js';
import { mergeRecords, previewMerge } from './merge-api.js';
import { mergeTexts as texts } from './merge-texts.js';

const MOST_OTHERS = 3;
const MENU_CLOSES_MS = 150;
type Field = MergePreview['fields'][number];

/**
 * @summary Merges other records into one: which, and whose value of each field stays.
 *
 * @event fs-saved - They were merged.
 * @event fs-close - The person wants it closed.
 */
export class FsMergeDialog extends LitElement {
  static override styles = css`
    fs-dialog {
      --fs-dialog-width: 860px;
    }
    p {
      margin: 0 0 12px;
      font: var(--fs-font-14);
    }
    .muted {
      color: var(--fs-text-muted);
      font: var(--fs-font-13);
    }
    .error {
      color: var(--fs-danger-text);
      font: var(--fs-font-13);
      margin: 8px 0 0;
    }
    h3 {
      margin: 20px 0 8px;
      font: var(--fs-font-14);
      font-weight: 600;
    }
    .stays {
      display: grid;
      gap: 4px;
      margin-bottom: 12px;
      font: var(--fs-font-13);
      font-weight: 600;
    }
    select {
      height: var(--fs-control);
      max-width: 100%;
      padding: 0 10px;
      border: 1px solid var(--fs-line-strong);
      border-radius: var(--fs-radius-m);
      background: var(--fs-surface);
      color: var(--fs-text);
      font: var(--fs-font-14);
    }
    select:focus-visible {
      outline: var(--fs-focus);
      outline-offset: 1px;
    }
    .others {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      list-style: none;
      margin: 8px 0 0;
      padding: 0;
    }
    .others li {
      display: inline-flex;
      align-items: center;
      gap: 4px;
      padding-inline-start: 10px;
      border: 1px solid var(--fs-line);
      border-radius: var(--fs-radius-m);
      font: var(--fs-font-13);
      overflow-wrap: anywhere;
    }
    fieldset {
      margin: 0;
      padding: 8px 0;
      border: 0;
      border-top: 1px solid var(--fs-line);
      min-width: 0;
    }
    legend {
      float: left;
      width: 100%;
      padding: 0;
      margin-bottom: 4px;
      font: var(--fs-font-13);
      color: var(--fs-text-muted);
    }
    .values {
      clear: both;
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 160px), 1fr));
      gap: 6px;
    }
    .values label {
      display: flex;
      gap: 8px;
      align-items: start;
      padding: 6px 8px;
      border: 1px solid var(--fs-line);
      border-radius: var(--fs-radius-m);
      font: var(--fs-font-14);
      cursor: pointer;
      overflow-wrap: anywhere;
      min-width: 0;
    }
    .values label.chosen {
      border-color: var(--fs-accent);
      background: var(--fs-accent-soft);
    }
    .values label span {
      min-width: 0;
    }
    .values small {
      display: block;
      color: var(--fs-text-muted);
      font: var(--fs-font-12);
    }
    input[type='radio'] {
      width: 16px;
      height: 16px;
      margin: 3px 0 0;
      flex: none;
      accent-color: var(--fs-accent);
    }
    input:focus-visible {
      outline: var(--fs-focus);
      outline-offset: 2px;
    }
    ul.related {
      margin: 0;
      padding-inline-start: 18px;
      font: var(--fs-font-14);
    }
    [slot='footer'] {
      display: flex;
      justify-content: flex-end;
      gap: 8px;
    }
  `;

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) object!: ScreenObject;
  /** The one that stays. */
  @property({ attribute: false }) record!: RecordBody;
  /** Others that were chosen already: then it may be said which of all stays. */
  @property({ attribute: false }) chosen: readonly RecordBody[] = [];
  /** Where the person is led when it was taken back. */
  @property({ attribute: false }) refresh: (() => void) | undefined;

  @state() private others: readonly Option[] = [];
  @state() private preview: MergePreview | null = null;
  /** Whose value of a field was chosen: ids of records, since their order changes with who stays. */
  @state() private choices: ReadonlyMap<string, string> = new Map();
  @state() private message = '';
  @state() private busy = false;
  private asked = 0;
  /** What is shown is about others, or another one stays: nothing can be chosen of it, and nobody merges what they have not seen. */
  @state() private isOld = false;

  /** The menu that led here gives focus back to its button at first. */
  override firstUpdated() {
    if (this.chosen.length > 0) this.look(this.chosen.map((record) => this.optionOf(record)));
    const begin = () => this.renderRoot.querySelector<HTMLElement>('fs-combobox')?.focus();
    window.setTimeout(begin, MENU_CLOSES_MS);
  }

  private optionOf(record: RecordBody): Option {
    return { id: record.id, label: titleOf(this.object, record) };
  }

  /** Another one stays. */
  private keep(id: string) {
    const all = [this.record, ...this.chosen];
    const record = all.find((each) => each.id === id);
    if (record === undefined || record === this.record) return;
    const others = [this.optionOf(this.record), ...this.others.filter((other) => other.id !== id)];
    this.chosen = all.filter((each) => each !== record);
    this.record = record;
    this.look(others);
  }

  private get name() {
    return titleOf(this.object, this.record);
  }

  private find = async (text: string): Promise<readonly Option[]> => {
    const { name, nameField } = this.object;
    const q = text.trim();
    const { data } = await listRecords(name, { fields: [nameField], limit: 20, ...(q === '' ? { sort: nameField } : { q }) });
    const known = new Set([this.record.id, ...this.others.map(({ id }) => id)]);
    return data.filter(({ id }) => !known.has(id)).map((record) => ({ id: record.id, label: titleOf(this.object, record) }));
  };

  private look(others: readonly Option[]) {
    this.others = others;
    this.message = '';
    this.isOld = others.length > 0;
    if (others.length === 0) this.preview = null;
    void this.lookAt(others, ++this.asked);
  }

  private async lookAt(others: readonly Option[], turn: number) {
    if (others.length === 0) return;
    try {
      const preview = await previewMerge(
        this.object.name,
        this.record.id,
        others.map(({ id }) => id),
      );
      if (turn !== this.asked) return;
      this.preview = preview;
      this.isOld = false;
    } catch (error) {
      if (turn !== this.asked) return;
      this.preview = null;
      this.isOld = false;
      this.message = error instanceof Error ? error.message : String(error);
    }
  }

  /** What was chosen stays chosen as long as that record is one of them. */
  private choiceOf({ field, choice }: Field, records: MergePreview['records']) {
    const chosen = records.findIndex(({ id }) => id === this.choices.get(field));
    return chosen < 0 ? choice : chosen;
  }

  private async merge() {
    const { preview, object } = this;
    if (this.busy || this.isOld) return;
    if (this.others.length === 0) return void (this.message = texts('missing'));
    // It could not be looked at before.
    if (!preview) return this.look(this.others);
    this.busy = true;
    this.message = '';
    try {
      // They know what a write takes of a value.
      if (!(await loadEditors())) return;
      const [stays, ...others] = preview.records;
      const record = await readRecord(object.name, stays?.id ?? this.record.id);
      const values: Record<string, unknown> = { ...record };
      for (const field of preview.fields) if (field.mayChoose) values[field.field] = field.values[this.choiceOf(field, preview.records)];
      const from = others.map(({ id }) => id);
      await mergeRecords(object.name, record.id, from, changesOf(object, record, values), stays?.version ?? record.version);
      offerUndo(texts('done', { name: this.name }), this.refresh);
      this.dispatchEvent(new CustomEvent('fs-saved', { bubbles: true, composed: true }));
      this.close();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      this.refused(error);
    } finally {
      this.busy = false;
    }
  }

  private refused(error: ApiProblem) {
    if (error.code === 'version_conflict') {
      this.look(this.others);
      this.message = texts('moved', { name: this.name });
      return;
    }
    const messages = [...messagesByField(error).values()].flat();
    this.message = messages.length > 0 ? [...new Set(messages)].join(' ') : error.message;
  }

  private close() {
    this.dispatchEvent(new CustomEvent('fs-close', { bubbles: true, composed: true }));
  }

  private text(name: string, value: unknown) {
    const field = this.screen.field(this.object.name, name);
    const isNone = value === null || value === undefined || value === '';
    return isNone || !field ? texts('nothing') : fieldScreen(field).text(value, { field, screen: this.screen }) || texts('nothing');
  }

  private field(at: Field, records: MergePreview['records']) {
    if (!at.mayChoose) return html`<p class="muted">${texts('fixed', { field: at.label, name: this.name })}</p>`;
    const chosen = this.choiceOf(at, records);
    return html`<fieldset ?disabled=${this.isOld}>
      <legend>${at.label}</legend>
      <div class="values">
        ${at.values.map(
          (value, index) =>
            html`<label class=${index === chosen ? 'chosen' : ''}
              ><input
                type="radio"
                name=${at.field}
                .checked=${live(index === chosen)}
                @change=${() => (this.choices = new Map([...this.choices, [at.field, records[index]?.id ?? '']]))}
              /><span>${this.text(at.field, value)}<small>${records[index]?.label ?? ''}</small></span></label
            >`,
        )}
      </div>
    </fieldset>`;
  }

  private outcome({ fields, records, related }: MergePreview) {
    return html`<h3>${texts('choose')}</h3>
      ${fields.length === 0 ? html`<p class="muted">${texts('same')}</p>` : fields.map((field) => this.field(field, records))}
      <h3>${texts('related')}</h3>
      ${
        related.length === 0
          ? html`<p class="muted">${texts('related.none')}</p>`
          : html`<ul class="related">
              ${related.map(({ label, fieldLabel, count }) => html`<li>${texts('related.line', { label, field: fieldLabel, count })}</li>`)}
            </ul>`
      }`;
  }

  /** Which of those that were chosen stays. */
  private stays() {
    if (this.chosen.length === 0) return nothing;
    const going = new Set(this.others.map(({ id }) => id));
    const all = [this.record, ...this.chosen.filter(({ id }) => going.has(id))];
    return html`<label class="stays"
      >${texts('stays')}
      <select ?disabled=${this.busy} @change=${(event: Event) => this.keep((event.target as HTMLSelectElement).value)}>
        ${all.map((each) => html`<option value=${each.id} ?selected=${each === this.record}>${titleOf(this.object, each)}</option>`)}
      </select>
    </label>`;
  }

  override render() {
    const { name } = this;
    const isFull = this.others.length === MOST_OTHERS;
    return html`<fs-dialog label=${texts('title', { name })} open has-footer>
      ${this.stays()}
      <p>${texts('intro', { name })}</p>
      <fs-combobox
        label=${texts('add')}
        placeholder=${texts('find')}
        empty-text=${texts('none')}
        help=${isFull ? texts('full') : ''}
        ?disabled=${isFull}
        .value=${null}
        .search=${this.find}
        @fs-change=${(event: CustomEvent<Option | null>) => {
          const box = event.currentTarget as HTMLElement & { value: Option | null };
          const { detail } = event;
          box.value = null;
          if (detail) this.look([...this.others, detail]);
        }}
      ></fs-combobox>
      ${
        this.others.length === 0
          ? nothing
          : html`<ul class="others">
              ${this.others.map(
                (other) =>
                  html`<li>
                    ${other.label}<fs-button
                      variant="quiet"
                      icon="x"
                      label=${texts('removeOf', { name: other.label })}
                      @click=${() => this.look(this.others.filter(({ id }) => id !== other.id))}
                    ></fs-button>
                  </li>`,
              )}
            </ul>`
      }
      ${this.preview ? this.outcome(this.preview) : nothing}
      ${this.message === '' ? nothing : html`<p class="error" role="alert">${this.message}</p>`}
      <div slot="footer">
        <fs-button @click=${() => this.close()}>${texts('cancel')}</fs-button>
        <fs-button
          variant="primary"
          ?disabled=${this.others.length === 0}
          ?loading=${this.busy || this.isOld}
          @click=${() => void this.merge()}
          >${texts('submit')}</fs-button
        >
      </div>
    </fs-dialog>`;
  }
}

customElements.define('fs-merge-dialog', FsMergeDialog);
