import '../ui-kit/fs-icon.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { LookupValue, RecordBody, ScreenField, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { ApiProblem, messagesByField } from '../api/problem.js';
import { createRecord, readRecord } from '../api/records.js';
import '../fields/editors/editors-part.js';
import { filesSent } from '../fields/files-sent.js';
import { fieldEditor } from '../fields/field-editors.js';
import { fieldScreen } from '../fields/registry.js';
import { narrowed, withoutMisfits } from '../model/broken-rules.js';
import { environmentOf } from '../model/conditions.js';
import { changesOf, hasDefault, problemsOf, startValues, type Values } from '../model/form-values.js';
import { layoutOf, layoutPaths, planLayout, type PlannedField, type PlannedSection } from '../model/layout-plan.js';
import { missingPaths } from '../model/missing-paths.js';
import { outerFields } from '../model/outer-condition.js';
import type { Screen } from '../model/screen.js';
import { t } from '../texts/text.js';
import { richStyles, valueStyles } from '../ui-kit/shared-styles.js';
import type * as Formulas from './formula-preview.js';
import { askAbout } from './ask-about.js';
import { saveChanges } from './save-changes.js';

/**
 * @summary The fields of one record as a form, from the layout. Nothing that was entered is lost when saving fails.
 */
export class FsRecordForm extends LitElement {
  static override styles = [
    valueStyles,
    richStyles,
    css`
      .section {
        margin: 0 0 20px;
      }
      h3 {
        font: var(--fs-font-14);
        font-weight: 600;
        margin: 0 0 10px;
        padding-bottom: 6px;
        border-bottom: 1px solid var(--fs-line);
      }
      .fields {
        display: grid;
        grid-template-columns: repeat(var(--columns, 2), minmax(0, 1fr));
        gap: 14px 18px;
        align-items: start;
      }
      .wide {
        grid-column: 1 / -1;
      }
      .summary {
        margin: 0 0 18px;
        padding: 10px 14px;
        border-radius: var(--fs-radius-m);
        border: 1px solid var(--fs-danger);
        background: var(--fs-danger-soft);
        color: var(--fs-danger-text);
      }
      .summary:focus-visible {
        outline: var(--fs-focus);
      }
      .summary strong {
        font-weight: 600;
      }
      .summary ul {
        margin: 4px 0 0;
        padding-inline-start: 20px;
      }
      .summary a {
        color: inherit;
      }
      @media (max-width: 640px) {
        .fields {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) object!: ScreenObject;
  @property({ attribute: false }) record: RecordBody | null = null;
  @property({ attribute: false }) prefill: Values = {};
  /** Messages to begin with, for a change that was refused elsewhere. */
  @property({ attribute: false }) messages: ReadonlyMap<string, readonly string[]> = new Map();

  @state() private values: Values = {};
  @state() private problems: ReadonlyMap<string, readonly string[]> = new Map();
  /** Works out formulas while the form is filled in; fetched for objects that have any. */
  @state() private formulas: typeof Formulas | undefined;
  private start: Values = {};
  /** One key for one attempt to create: pressing Save twice makes one record. */
  private key = crypto.randomUUID();

  override willUpdate(changed: Map<string, unknown>) {
    if (!changed.has('object') && !changed.has('record') && !changed.has('prefill')) return;
    if (changed.has('object') && changed.get('object') !== undefined) return;
    const { record_type: type } = this.prefill;
    this.start = startValues(this.screen, this.object, this.record, type === undefined ? {} : { record_type: type });
    this.values = { ...this.start, ...this.prefill };
    this.problems = this.messages;
    void this.completeLinks();
    if (this.object.fields.some((field) => field.formula !== undefined))
      void import('./formula-preview.js').then((part) => {
        this.formulas = part;
        return this.completeLinks();
      });
  }

  /** Paths over links that conditions and, once they are there, formulas read. */
  private pathsNeeded(): string[] {
    const paths = layoutPaths(this.screen, this.object, this.layout());
    return [...new Set([...paths, ...(this.formulas?.formulaPaths(this.screen, this.object) ?? [])])];
  }

  /** Conditions and formulas may read fields of a linked record: those of a link that was set from outside are fetched. */
  private async completeLinks() {
    const paths = this.pathsNeeded();
    for (const { field, id, fields } of missingPaths(this.values, paths)) {
      const target = this.screen.field(this.object.name, field)?.target;
      if (target === undefined) continue;
      // Without it the conditions stay unknown, and the server decides.
      const found = await readRecord(target, id, { fields }).catch(() => undefined);
      const value = this.values[field] as LookupValue | null;
      if (!found || value?.id !== id) continue;
      this.values = { ...this.values, [field]: { ...value, ...found, id, label: value.label } };
      if (this.problems.size > 0) this.showProblems();
    }
  }

  override firstUpdated() {
    if (this.problems.size > 0) this.showProblems();
  }

  /** Whether something was entered that would be lost. */
  get isDirty(): boolean {
    return Object.keys(changesOf(this.object, this.start as RecordBody, this.values)).length > 0;
  }

  focusFirst() {
    const first = this.plan()
      .flatMap((section) => section.fields)
      .find((planned) => !planned.readOnly);
    if (first) this.focusField(first.field.name);
  }

  private layout() {
    return layoutOf(this.object, t('record.details'), this.values['record_type']);
  }

  /** The values of the form with those of its formulas; as they were stored while nothing was changed. */
  private shown(): Values {
    return this.formulas === undefined || (this.record !== null && !this.isDirty)
      ? this.values
      : this.formulas.previewed(this.screen, this.object, this.values);
  }

  private plan(): PlannedSection[] {
    const shown = this.shown();
    const sections = planLayout(this.screen, this.object, this.layout(), environmentOf(this.screen, shown, this.record));
    if (this.record) return sections;
    // In a new record there is nothing to read yet: only what can be filled in, and what follows from that.
    const isShown = ({ readOnly, field }: PlannedField) =>
      !readOnly || (field.formula !== undefined && (shown[field.name] ?? null) !== null);
    return sections
      .map((section) => ({ ...section, fields: section.fields.filter(isShown) }))
      .filter((section) => section.fields.length > 0);
  }

  /** Answers the saved record, or null when it was not saved; what is wrong then stands at the fields. */
  async save(): Promise<RecordBody | null> {
    if (!(await filesSent(this.renderRoot))) return null;
    const { screen, object, record, values } = this;
    const problems = problemsOf(screen, object, this.plan(), record, this.shown(), (label) => t('field.required', { label }));
    this.problems = problems;
    if (problems.size > 0) return this.showProblems();
    const changes = changesOf(object, record, values);
    try {
      if (!record) return await createRecord(object.name, changes, this.key);
      if (Object.keys(changes).length === 0) return record;
      return await saveChanges(object, record, changes, values, askAbout(screen, object));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (error.status !== 0) this.key = crypto.randomUUID();
      this.problems = messagesByField(error);
      return this.showProblems();
    }
  }

  private showProblems(): null {
    void this.updateComplete.then(() => {
      const fields = this.plan().flatMap((section) => section.fields.map((planned) => planned.field.name));
      const first = fields.find((name) => this.problems.has(name));
      if (first === undefined) this.renderRoot.querySelector<HTMLElement>('.summary')?.focus();
      else this.focusField(first);
    });
    return null;
  }

  private focusField(name: string) {
    const editor = this.renderRoot.querySelector<HTMLElement & { updateComplete?: Promise<unknown> }>(`[data-field="${name}"]`);
    void Promise.resolve(editor?.updateComplete).then(() => {
      editor?.focus();
      editor?.scrollIntoView({ block: 'nearest' });
    });
  }

  private change(field: ScreenField, value: unknown) {
    const next: Record<string, unknown> = { ...this.values, [field.name]: value };
    // A choice that was made among the records of another choice does not fit any more.
    for (const other of this.object.fields) {
      if (other.name !== field.name && other.editable && outerFields(other.where).includes(field.name)) next[other.name] = null;
    }
    this.values = withoutMisfits(this.screen, this.object, this.record, this.values, next);
    if (this.problems.has(field.name)) this.problems = new Map([...this.problems].filter(([name]) => name !== field.name));
  }

  private editor({ field, wide, required, readOnly }: PlannedField, needed: readonly string[]) {
    const viewing = { field, screen: this.screen };
    const isWide = wide || fieldScreen(field).isWide;
    if (readOnly) {
      const value = this.shown()[field.name] ?? null;
      return html`<div class="fixed ${isWide ? 'wide' : ''}">
        <span>${field.label}</span>${fieldScreen(field).view(value, viewing) || t('field.none')}
      </div>`;
    }
    const isFilled = this.record === null && hasDefault(field);
    return html`<div class=${isWide ? 'wide' : ''}>
      ${fieldEditor(field).edit({
        ...viewing,
        field: narrowed(this.screen, this.object, field, this.record, this.values),
        object: this.object.name,
        value: this.values[field.name] ?? null,
        values: this.values,
        label: field.label,
        help: field.help ?? '',
        error: (this.problems.get(field.name) ?? []).join(' '),
        required: required && !isFilled,
        isFilled,
        disabled: false,
        needed: needed.filter((path) => path.startsWith(`${field.name}.`)).map((path) => path.slice(field.name.length + 1)),
        change: (value) => this.change(field, value),
      })}
    </div>`;
  }

  /** What belongs to no field that is shown, and links to the fields that need attention. */
  private summary(sections: readonly PlannedSection[]) {
    if (this.problems.size === 0) return nothing;
    const shown = new Map(sections.flatMap((section) => section.fields.map((planned) => [planned.field.name, planned.field] as const)));
    const entries = [...this.problems].flatMap(([name, messages]) =>
      messages.map((message) => ({ field: shown.get(name), name, message })),
    );
    return html`<div class="summary" role="alert" tabindex="-1">
      <strong>${t('record.problems', { count: entries.length })}</strong>
      <ul>
        ${entries.map(({ field, name, message }) => {
          if (!field) {
            const label = this.screen.field(this.object.name, name)?.label;
            return html`<li>${label ? `${label}: ` : ''}${message}</li>`;
          }
          const go = (event: Event) => {
            event.preventDefault();
            this.focusField(field.name);
          };
          return html`<li><a href="#${field.name}" @click=${go}>${field.label}</a>: ${message}</li>`;
        })}
      </ul>
    </div>`;
  }

  override render() {
    const sections = this.plan();
    const needed = this.pathsNeeded();
    return html`<form novalidate @submit=${this.submitted}>
      ${this.summary(sections)}
      ${sections.map(
        (section) =>
          html`<div class="section" role="group" aria-label=${section.label}>
            <h3>${section.label}</h3>
            <div class="fields">${section.fields.map((planned) => this.editor(planned, needed))}</div>
          </div>`,
      )}
    </form>`;
  }

  private submitted(event: Event) {
    event.preventDefault();
    this.dispatchEvent(new CustomEvent('fs-submit', { bubbles: true, composed: true }));
  }
}

customElements.define('fs-record-form', FsRecordForm);
