import '../fields/editors/editors-part.js';
import '../ui-kit/fs-button.js';
import '../ui-kit/fs-combobox.js';
import '../ui-kit/fs-dialog.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { BulkAnswer, Problem, RecordBody, ScreenField, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { announce } from '../app/announce.js';
import { recordPath } from '../app/router.js';
import { offerUndo } from '../app/undo.js';
import { fieldEditor } from '../fields/field-editors.js';
import { ownerField, titleOf, type Screen } from '../model/screen.js';
import type { Option } from '../ui-kit/fs-combobox.js';
import { writeMany, type Operation } from './bulk-api.js';
import { bulk, counted } from './texts.js';

export type BulkTask = 'edit' | 'owner' | 'delete';
type Failed = { readonly record: RecordBody; readonly reasons: readonly string[] };

/**
 * @summary Changes or deletes the chosen records, after asking, and says which stayed as they were, and why.
 *
 * @event fs-done - Something was done; `detail` has the ids of the records that stayed as they were.
 * @event fs-close - The person wants it closed.
 */
export class FsBulkDialog extends LitElement {
  static override styles = css`
    form,
    .result {
      display: grid;
      gap: 14px;
    }
    p {
      margin: 0;
    }
    .muted {
      color: var(--fs-text-muted);
    }
    .error {
      color: var(--fs-danger-text);
    }
    ul {
      list-style: none;
      margin: 0;
      padding: 0;
      max-height: 45vh;
      overflow: auto;
      border: 1px solid var(--fs-line);
      border-radius: var(--fs-radius-m);
    }
    ul:focus-visible {
      outline: var(--fs-focus);
    }
    li {
      display: grid;
      gap: 2px;
      padding: 8px 12px;
      font: var(--fs-font-13);
    }
    li + li {
      border-top: 1px solid var(--fs-line);
    }
    li a {
      color: var(--fs-accent-text);
      font-weight: 600;
    }
    .actions {
      display: flex;
      gap: 8px;
      justify-content: flex-end;
    }
  `;

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) object!: ScreenObject;
  @property({ attribute: false }) records: readonly RecordBody[] = [];
  @property({ attribute: false }) task: BulkTask = 'edit';
  /** Reads the list again, also when this is closed: what was done can be undone after it. */
  @property({ attribute: false }) refresh: () => void = () => undefined;

  @state() private field: ScreenField | undefined;
  @state() private value: unknown = null;
  @state() private problem = '';
  @state() private busy = false;
  @state() private failed: readonly Failed[] | null = null;
  @state() private done = '';
  @query('.result') private result!: HTMLElement | null;
  private key = crypto.randomUUID();
  /** Those it began with: what was done may take them out of the list meanwhile. */
  private chosen: readonly RecordBody[] = [];

  override willUpdate() {
    if (this.chosen.length === 0) this.chosen = this.records;
    if (this.task === 'owner') this.field ??= ownerField(this.object);
  }

  /** Fields whose value can be the same in several records. */
  private find = (text: string): Promise<Option[]> => {
    const options = this.object.fields.filter((field) => field.editable && !field.unique).map(({ name, label }) => ({ id: name, label }));
    const wanted = text.trim().toLowerCase();
    return Promise.resolve(options.filter(({ label }) => label.toLowerCase().includes(wanted)));
  };

  private close(event?: Event) {
    event?.stopPropagation();
    if (!this.busy) this.dispatchEvent(new CustomEvent('fs-close', { bubbles: true, composed: true }));
  }

  private choose(event: CustomEvent<Option | null>) {
    event.stopPropagation();
    const name = event.detail?.id;
    this.field = this.object.fields.find((field) => field.name === name);
    this.value = null;
    this.problem = '';
  }

  private operations(): Operation[] | undefined {
    if (this.task === 'delete') return this.chosen.map(({ id }) => ({ op: 'delete', id }));
    if (this.field === undefined) {
      this.problem = bulk('edit.missing');
      return undefined;
    }
    const { problem, toWrite } = fieldEditor(this.field);
    const wrong = problem?.(this.value);
    if (wrong !== undefined) {
      this.problem = wrong;
      return undefined;
    }
    const values = { [this.field.name]: toWrite === undefined ? this.value : toWrite(this.value) };
    return this.chosen.map(({ id }) => ({ op: 'update', id, values }));
  }

  private async apply(event?: Event) {
    event?.preventDefault();
    const operations = this.busy ? undefined : this.operations();
    if (operations === undefined) return;
    this.busy = true;
    this.problem = '';
    announce(bulk('working'));
    try {
      this.finish(await writeMany(this.object.name, operations, this.key));
    } catch (error) {
      // Nothing was done, or it is not known: the same key makes it happen once.
      this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.busy = false;
    }
  }

  private finish({ succeeded, results }: BulkAnswer) {
    const failed = results.flatMap(({ index, problem }): Failed[] => {
      const record = this.chosen[index];
      return problem === undefined || record === undefined ? [] : [{ record, reasons: this.reasonsOf(problem) }];
    });
    const isDelete = this.task === 'delete';
    const text = counted(isDelete ? 'done.deleted' : 'done.changed', succeeded);
    this.dispatchEvent(new CustomEvent('fs-done', { detail: failed.map(({ record }) => record.id), bubbles: true, composed: true }));
    if (succeeded > 0 || failed.length === 0) offerUndo(text, this.refresh);
    if (failed.length === 0) {
      this.busy = false;
      return this.close();
    }
    this.failed = failed;
    this.done = text;
    void this.updateComplete.then(() => this.result?.focus());
  }

  /** What is said of a record: at its fields, or of it as a whole. */
  private reasonsOf(problem: Record<string, unknown>): string[] {
    const { issues = [], detail = '' } = problem as Partial<Problem>;
    const labelled = issues.map(({ path, message }) => {
      const label = this.screen.field(this.object.name, path.split('/')[4] ?? '')?.label;
      return label === undefined || message.startsWith(label) ? message : `${label}: ${message}`;
    });
    return labelled.length === 0 ? [detail] : labelled;
  }

  private editor(field: ScreenField) {
    return html`${fieldEditor(field).edit({
      field,
      screen: this.screen,
      object: this.object.name,
      value: this.value,
      values: {},
      label: field.label,
      help: field.help ?? '',
      error: this.problem,
      required: field.required,
      disabled: this.busy,
      needed: [],
      change: (value) => {
        this.value = value;
        this.problem = '';
      },
    })}
    ${field.required || this.task === 'owner' ? nothing : html`<p class="muted">${bulk('edit.empty')}</p>`}`;
  }

  private question() {
    const count = this.chosen.length;
    if (this.task === 'delete') {
      return html`<p>${counted('delete.about', count)}</p>
        ${this.problem === '' ? nothing : html`<p class="error" role="alert">${this.problem}</p>`}`;
    }
    return html`<form @submit=${this.apply}>
      <p class="muted">${counted('edit.about', count)}</p>
      ${
        this.task === 'edit'
          ? html`<fs-combobox
              autofocus
              required
              label=${bulk('edit.field')}
              placeholder=${bulk('edit.find')}
              error=${this.field === undefined ? this.problem : ''}
              .search=${this.find}
              .value=${this.field === undefined ? null : { id: this.field.name, label: this.field.label }}
              @fs-change=${this.choose}
            ></fs-combobox>`
          : nothing
      }
      ${this.field === undefined ? nothing : this.editor(this.field)}
    </form>`;
  }

  private outcome(failed: readonly Failed[]) {
    return html`<div class="result" tabindex="-1">
      <p>${this.done} <strong>${counted('done.failed', failed.length)}</strong></p>
      <ul tabindex="0" aria-label=${bulk('done.reasons')}>
        ${failed.map(
          ({ record, reasons }) =>
            html`<li>
              <a href=${recordPath(this.object.name, record.id)}>${titleOf(this.object, record)}</a>
              ${reasons.map((reason) => html`<span>${reason}</span>`)}
            </li>`,
        )}
      </ul>
    </div>`;
  }

  override render() {
    const { failed, task, object } = this;
    const count = this.chosen.length;
    const objects = object.pluralLabel;
    const title = task === 'owner' ? bulk('owner.title') : bulk(task === 'delete' ? 'delete.title' : 'edit.title', { objects });
    return html`<fs-dialog label=${title} open has-footer @fs-close=${this.close}>
      ${failed === null ? this.question() : this.outcome(failed)}
      <div class="actions" slot="footer">
        ${
          failed === null
            ? html`<fs-button ?disabled=${this.busy} @click=${this.close}>${bulk('cancel')}</fs-button>
                <fs-button variant=${task === 'delete' ? 'danger' : 'primary'} ?loading=${this.busy} @click=${this.apply}
                  >${counted(task === 'delete' ? 'delete.apply' : 'edit.apply', count)}</fs-button
                >`
            : html`<fs-button variant="primary" @click=${this.close}>${bulk('close')}</fs-button>`
        }
      </div>
    </fs-dialog>`;
  }
}

customElements.define('fs-bulk-dialog', FsBulkDialog);
