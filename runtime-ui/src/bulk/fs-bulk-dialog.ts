import '../fields/editors/editors-part.js';
import '../ui-kit/fs-button.js';
import '../ui-kit/fs-combobox.js';
import '../ui-kit/fs-dialog.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { BulkAnswer, Problem, RecordBody, ScreenField, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { announce } from '../app/announce.js';
import { recordPath } from '../app/router.js';
import { offerUndo } from '../app/undo.js';
import { filesSent } from '../fields/files-sent.js';
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
    .field {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      gap: 4px;
      align-items: end;
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

  /** What is changed, in the order it was chosen, with the values that all records get. */
  @state() private fields: readonly ScreenField[] = [];
  @state() private values: Readonly<Record<string, unknown>> = {};
  /** What is wrong with the values, by the names of the fields. */
  @state() private wrong: Readonly<Record<string, string>> = {};
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
    const owner = this.task === 'owner' && this.fields.length === 0 ? ownerField(this.object) : undefined;
    if (owner) this.fields = [owner];
  }

  /** Fields whose value can be the same in several records. */
  private find = (text: string): Promise<Option[]> => {
    const free = this.object.fields.filter((field) => field.editable && !field.unique && !this.fields.includes(field));
    const options = free.map(({ name, label }) => ({ id: name, label }));
    const wanted = text.trim().toLowerCase();
    return Promise.resolve(options.filter(({ label }) => label.toLowerCase().includes(wanted)));
  };

  private close(event?: Event) {
    event?.stopPropagation();
    if (!this.busy) this.dispatchEvent(new CustomEvent('fs-close', { bubbles: true, composed: true }));
  }

  private choose(event: CustomEvent<Option | null>) {
    event.stopPropagation();
    const box = event.currentTarget as HTMLElement & { value: Option | null };
    const field = this.object.fields.find(({ name }) => name === event.detail?.id);
    box.value = null;
    if (field === undefined) return;
    this.fields = [...this.fields, field];
    this.values = { ...this.values, [field.name]: null };
    this.problem = '';
    void this.goToLast();
  }

  /** The field that was chosen last is what the person goes on with. */
  private async goToLast() {
    await this.updateComplete;
    const editor = this.renderRoot.querySelector<LitElement>('.field:last-of-type > *');
    await editor?.updateComplete;
    // What it is made of is drawn after it.
    requestAnimationFrame(() => editor?.focus());
  }

  private leave(field: ScreenField) {
    const without = <T>(of: Readonly<Record<string, T>>) => Object.fromEntries(Object.entries(of).filter(([name]) => name !== field.name));
    this.fields = this.fields.filter((each) => each !== field);
    this.values = without(this.values);
    this.wrong = without(this.wrong);
    this.renderRoot.querySelector<HTMLElement>('fs-combobox')?.focus();
  }

  private operations(): Operation[] | undefined {
    if (this.task === 'delete') return this.chosen.map(({ id }) => ({ op: 'delete', id }));
    if (this.fields.length === 0) {
      this.problem = bulk('edit.missing');
      return undefined;
    }
    const editors = this.fields.map((field) => ({ name: field.name, value: this.values[field.name] ?? null, ...fieldEditor(field) }));
    const wrong = editors.flatMap(({ name, value, problem }) => {
      const text = problem?.(value);
      return text === undefined ? [] : [[name, text] as const];
    });
    this.wrong = Object.fromEntries(wrong);
    if (wrong.length > 0) return undefined;
    const values = Object.fromEntries(editors.map(({ name, value, toWrite }) => [name, toWrite === undefined ? value : toWrite(value)]));
    return this.chosen.map(({ id }) => ({ op: 'update', id, values }));
  }

  private async apply(event?: Event) {
    event?.preventDefault();
    if (this.busy) return;
    this.busy = true;
    try {
      const operations = (await filesSent(this.renderRoot)) ? this.operations() : undefined;
      if (operations === undefined) return;
      this.problem = '';
      announce(bulk('working'));
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
    const { name, label } = field;
    return html`<div class="field">
      ${fieldEditor(field).edit({
        field,
        screen: this.screen,
        object: this.object.name,
        value: this.values[name] ?? null,
        values: this.values,
        label,
        help: field.help ?? '',
        error: this.wrong[name] ?? '',
        required: field.required,
        disabled: this.busy,
        needed: [],
        change: (value) => {
          this.values = { ...this.values, [name]: value };
          this.wrong = { ...this.wrong, [name]: '' };
        },
      })}
      ${
        this.task === 'owner'
          ? nothing
          : html`<fs-button
              variant="quiet"
              icon="x"
              label=${bulk('edit.remove', { field: label })}
              ?disabled=${this.busy}
              @click=${() => this.leave(field)}
            ></fs-button>`
      }
    </div>`;
  }

  private question() {
    const count = this.chosen.length;
    if (this.task === 'delete') {
      return html`<p>${counted('delete.about', count)}</p>
        ${this.problem === '' ? nothing : html`<p class="error" role="alert">${this.problem}</p>`}`;
    }
    return html`<form @submit=${this.apply}>
      <p class="muted">${counted('edit.about', count)}</p>
      ${repeat(
        this.fields,
        ({ id }) => id,
        (field) => this.editor(field),
      )}
      ${
        this.task === 'edit'
          ? html`<fs-combobox
              autofocus
              ?required=${this.fields.length === 0}
              label=${bulk(this.fields.length === 0 ? 'edit.field' : 'edit.another')}
              placeholder=${bulk('edit.find')}
              error=${this.fields.length === 0 ? this.problem : ''}
              .search=${this.find}
              .value=${null}
              @fs-change=${this.choose}
            ></fs-combobox>`
          : nothing
      }
      ${
        this.task === 'edit' && this.fields.some(({ required }) => !required)
          ? html`<p class="muted">${bulk(this.fields.length === 1 ? 'edit.empty' : 'edit.emptySome')}</p>`
          : nothing
      }
      ${this.fields.length > 0 && this.problem !== '' ? html`<p class="error" role="alert">${this.problem}</p>` : nothing}
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
