import '../ui-kit/fs-button.js';
import '../ui-kit/fs-dialog.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { RecordBody, ScreenAction, ScreenField, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { ApiProblem, messagesByField } from '../api/problem.js';
import { runAction } from '../api/records.js';
import { filesSent } from '../fields/files-sent.js';
import { fieldEditor } from '../fields/field-editors.js';
import { fieldScreen } from '../fields/registry.js';
import type { Values } from '../model/form-values.js';
import type { Screen } from '../model/screen.js';
import { t } from '../texts/text.js';

/**
 * @summary Asks for what an action needs, and runs it.
 *
 * @event fs-done - It was run; `detail` is the record as it is now.
 * @event fs-close - Done, or given up.
 */
export class FsActionDialog extends LitElement {
  static override styles = css`
    form {
      display: grid;
      gap: 12px;
    }
    p {
      margin: 0 0 14px;
      color: var(--fs-text-muted);
    }
    .problem {
      margin: 12px 0 0;
      color: var(--fs-danger-text);
    }
    .actions {
      display: flex;
      gap: 8px;
      justify-content: flex-end;
    }
  `;

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) object!: ScreenObject;
  @property({ attribute: false }) record!: RecordBody;
  @property({ attribute: false }) action!: ScreenAction;

  @state() private values: Values = {};
  @state() private messages: ReadonlyMap<string, readonly string[]> = new Map();
  @state() private busy = false;
  /** One key for one attempt: pressing the button twice runs it once. */
  private key = crypto.randomUUID();

  override firstUpdated() {
    const first = this.action.inputs[0];
    if (first) this.focusInput(first.name);
  }

  private focusInput(name: string) {
    const editor = this.renderRoot.querySelector<LitElement>(`[data-field="${name}"]`);
    void editor?.updateComplete.then(() => editor.focus());
  }

  private close() {
    this.dispatchEvent(new CustomEvent('fs-close', { bubbles: true, composed: true }));
  }

  private refuse(messages: ReadonlyMap<string, readonly string[]>) {
    this.messages = messages;
    const wrong = this.action.inputs.find(({ name }) => messages.has(name));
    if (wrong) void this.updateComplete.then(() => this.focusInput(wrong.name));
  }

  /** What can be seen to be missing or wrong before anything is sent. */
  private problems(): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const input of this.action.inputs) {
      const value = this.values[input.name] ?? null;
      const problem = fieldEditor(input).problem?.(value);
      if (problem !== undefined) found.set(input.name, [problem]);
      else if (input.required && (value === null || value === '')) found.set(input.name, [t('field.required', { label: input.label })]);
    }
    return found;
  }

  private async run(event?: Event) {
    event?.preventDefault();
    if (this.busy) return;
    this.busy = true;
    try {
      if (!(await filesSent(this.renderRoot))) return;
      const problems = this.problems();
      if (problems.size > 0) return this.refuse(problems);
      const { action, object, record } = this;
      const filled = action.inputs.flatMap((input): [string, unknown][] => {
        const value = this.values[input.name];
        return value === undefined ? [] : [[input.name, fieldEditor(input).toWrite?.(value) ?? value]];
      });
      const detail = await runAction(object.name, record.id, action.name, Object.fromEntries(filled), this.key);
      this.dispatchEvent(new CustomEvent('fs-done', { detail, bubbles: true, composed: true }));
      this.close();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (error.status !== 0) this.key = crypto.randomUUID();
      this.refuse(messagesByField(error));
    } finally {
      this.busy = false;
    }
  }

  private keyed(event: KeyboardEvent) {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    void this.run();
  }

  private input(field: ScreenField) {
    return fieldEditor(field).edit({
      field,
      screen: this.screen,
      object: this.object.name,
      value: this.values[field.name] ?? null,
      values: this.record,
      label: field.label,
      help: field.help ?? '',
      error: (this.messages.get(field.name) ?? []).join(' '),
      required: field.required,
      disabled: false,
      needed: [],
      change: (value) => {
        this.values = { ...this.values, [field.name]: value };
        this.messages = new Map([...this.messages].filter(([name]) => name !== field.name && name !== ''));
      },
    });
  }

  /** What is about no value that was asked for, under the name of its field. */
  private others() {
    const asked = new Set(this.action.inputs.map(({ name }) => name));
    return [...this.messages].flatMap(([name, messages]) => {
      if (asked.has(name)) return [];
      const label = name === '' ? undefined : this.screen.field(this.object.name, name)?.label;
      return messages.map((message) => (label === undefined ? message : `${label}: ${message}`));
    });
  }

  override render() {
    const { action } = this;
    const others = this.others();
    return html`<fs-dialog label=${action.label} open has-footer @fs-close=${this.close} @keydown=${this.keyed}>
      ${action.description === undefined ? nothing : html`<p>${action.description}</p>`}
      <form novalidate @submit=${this.run}>
        ${action.inputs.map((field) => html`<div class=${fieldScreen(field).isWide ? 'wide' : ''}>${this.input(field)}</div>`)}
      </form>
      ${others.length === 0 ? nothing : html`<div class="problem" role="alert">${others.join(' ')}</div>`}
      <div class="actions" slot="footer">
        <fs-button @click=${this.close}>${t('record.cancel')}</fs-button>
        <fs-button variant="primary" ?autofocus=${action.inputs.length === 0} ?loading=${this.busy} @click=${() => void this.run()}
          >${action.label}</fs-button
        >
      </div>
    </fs-dialog>`;
  }
}

customElements.define('fs-action-dialog', FsActionDialog);
