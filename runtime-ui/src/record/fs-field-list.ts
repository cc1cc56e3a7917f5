import '../ui-kit/fs-button.js';
import '../ui-kit/fs-icon.js';
import { LitElement, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { RecordBody, ScreenField, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { ApiProblem, messagesByField } from '../api/problem.js';
import { offerUndo } from '../app/undo.js';
import { preferences, setPreferences } from '../app/preferences.js';
import { filesSent } from '../fields/files-sent.js';
import { fieldEditor } from '../fields/field-editors.js';
import { loadEditors } from '../fields/load-editors.js';
import { fieldScreen } from '../fields/registry.js';
import { narrowed, withoutMisfits } from '../model/broken-rules.js';
import { environmentOf } from '../model/conditions.js';
import { changesOf, problemsOf, type Values } from '../model/form-values.js';
import { layoutOf, layoutPaths, planLayout, type PlannedField, type PlannedSection } from '../model/layout-plan.js';
import { outerFields } from '../model/outer-condition.js';
import { titleOf, type Screen } from '../model/screen.js';
import { t } from '../texts/text.js';
import { richStyles, valueStyles } from '../ui-kit/shared-styles.js';
import { askAbout } from './ask-about.js';
import { fieldListStyles } from './fs-field-list.styles.js';
import { saveChanges } from './save-changes.js';

/**
 * @summary The sections of a record as text; the one field that is being edited becomes a control.
 *
 * @event fs-saved - `detail` is the record as it was saved.
 * @event fs-refused - The change concerns other fields too; `detail` is { values, messages } for the full form.
 */
export class FsFieldList extends LitElement {
  static override styles = [valueStyles, richStyles, fieldListStyles];

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) object!: ScreenObject;
  @property({ attribute: false }) record!: RecordBody;
  @property({ type: Boolean }) editable = false;

  @state() private editing = '';
  @state() private values: Values = {};
  @state() private error = '';
  @state() private busy = false;

  private get layout() {
    return layoutOf(this.object, t('record.details'), (this.editing ? this.values : this.record)['record_type']);
  }

  private plan(values: Values): PlannedSection[] {
    return planLayout(this.screen, this.object, this.layout, environmentOf(this.screen, values, this.record));
  }

  private async begin(field: ScreenField) {
    if (!(await loadEditors())) return;
    this.editing = field.name;
    this.values = { ...this.record };
    this.error = '';
    await this.updateComplete;
    const editor = this.renderRoot.querySelector<LitElement>(`[data-field="${field.name}"]`);
    await editor?.updateComplete;
    editor?.focus();
  }

  private end() {
    const name = this.editing;
    this.editing = '';
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`[data-edit="${name}"]`)?.focus());
  }

  private change(field: ScreenField, value: unknown) {
    const next: Record<string, unknown> = { ...this.values, [field.name]: value };
    for (const other of this.object.fields) {
      if (other.name !== field.name && other.editable && outerFields(other.where).includes(field.name)) next[other.name] = null;
    }
    this.values = withoutMisfits(this.screen, this.object, this.record, this.values, next);
    this.error = '';
  }

  private async save() {
    if (this.busy) return;
    const { editing } = this;
    this.busy = true;
    try {
      if (!(await filesSent(this.renderRoot)) || editing !== this.editing) return;
      const { screen, object, record, values } = this;
      const changes = changesOf(object, record, values);
      if (Object.keys(changes).length === 0) return this.end();
      const problems = problemsOf(screen, object, this.plan(values), record, values, (label) => t('field.required', { label }));
      if (problems.size > 0) return this.refuse(problems);
      const saved = await saveChanges(object, record, changes, values, askAbout(screen, object));
      if (!saved) return;
      offerUndo(t('record.saved', { name: titleOf(object, saved) }));
      if (editing !== this.editing) return;
      this.dispatchEvent(new CustomEvent('fs-saved', { detail: saved, bubbles: true, composed: true }));
      this.end();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      this.refuse(messagesByField(error));
    } finally {
      this.busy = false;
    }
  }

  /** A message about this field stays at it; one about others needs the form, which takes over what was entered. */
  private refuse(messages: ReadonlyMap<string, readonly string[]>) {
    const others = [...messages.keys()].filter((name) => name !== this.editing && name !== '');
    if (others.length === 0) {
      this.error = [...messages.values()].flat().join(' ');
      return;
    }
    this.dispatchEvent(new CustomEvent('fs-refused', { detail: { values: this.values, messages }, bubbles: true, composed: true }));
    this.editing = '';
  }

  private keyed(event: KeyboardEvent) {
    if (event.defaultPrevented) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      this.end();
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey || event.composedPath()[0] instanceof HTMLInputElement)) {
      const target = event.composedPath()[0];
      // Enter in an open list of choices chooses there.
      if (target instanceof HTMLElement && target.getAttribute('role') === 'combobox' && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      void this.save();
    }
  }

  private editor({ field, required }: PlannedField) {
    const needed = layoutPaths(this.screen, this.object, this.layout);
    return html`<div class="editor" @keydown=${this.keyed}>
      ${fieldEditor(field).edit({
        field: narrowed(this.screen, this.object, field, this.record, this.values),
        screen: this.screen,
        object: this.object.name,
        value: this.values[field.name] ?? null,
        values: this.values,
        label: field.label,
        help: field.help ?? '',
        error: this.error,
        required,
        disabled: false,
        needed: needed.filter((path) => path.startsWith(`${field.name}.`)).map((path) => path.slice(field.name.length + 1)),
        change: (value) => this.change(field, value),
      })}
      <div class="actions">
        <fs-button variant="primary" ?loading=${this.busy} @click=${this.save}>${t('record.save')}</fs-button>
        <fs-button variant="quiet" @click=${this.end}>${t('record.cancel')}</fs-button>
      </div>
    </div>`;
  }

  private shown(planned: PlannedField) {
    const { field, wide, readOnly } = planned;
    const isWide = wide || fieldScreen(field).isWide;
    if (field.name === this.editing) return html`<div class="field ${isWide ? 'wide' : ''}">${this.editor(planned)}</div>`;
    const value = this.record[field.name] ?? null;
    const record = { object: this.object.name, id: this.record.id };
    const content = fieldScreen(field).view(value, { field, screen: this.screen, record });
    const canEdit = this.editable && !readOnly;
    return html`<div class="field ${isWide ? 'wide' : ''}" @dblclick=${() => canEdit && void this.begin(field)}>
      <dt>${field.label}</dt>
      <dd>
        <span class="value">${content === '' || value === null ? html`<span class="none">${t('field.none')}</span>` : content}</span>
        ${
          canEdit
            ? html`<button
                class="pencil"
                data-edit=${field.name}
                aria-label=${t('record.editField', { field: field.label })}
                title=${t('record.editField', { field: field.label })}
                @click=${() => void this.begin(field)}
              >
                <fs-icon name="pencil"></fs-icon>
              </button>`
            : nothing
        }
      </dd>
    </div>`;
  }

  private isFolded(section: PlannedSection) {
    return preferences().folded[`${this.layout.id}.${section.id}`] ?? section.collapsed;
  }

  private fold(section: PlannedSection) {
    const key = `${this.layout.id}.${section.id}`;
    setPreferences({ folded: { ...preferences().folded, [key]: !this.isFolded(section) } });
    this.requestUpdate();
  }

  override render() {
    return this.plan(this.editing ? this.values : this.record).map((section) => {
      const isFolded = this.isFolded(section);
      return html`<section>
        <h2>
          <button aria-expanded=${!isFolded} aria-controls=${section.id} @click=${() => this.fold(section)}>
            <fs-icon name=${isFolded ? 'chevron-right' : 'chevron-down'}></fs-icon>${section.label}
          </button>
        </h2>
        <dl id=${section.id} class="columns-${Math.min(section.columns, 3)}" ?hidden=${isFolded}>
          ${section.fields.map((planned) => this.shown(planned))}
        </dl>
      </section>`;
    });
  }
}

customElements.define('fs-field-list', FsFieldList);
