import '../ui-kit/fs-button.js';
import '../ui-kit/fs-icon.js';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { AccessAnswer, ScreenField, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import type { Screen } from '../model/screen.js';
import { failureState } from '../ui-kit/page-state.js';
import { panelStyles } from './panel-styles.js';
import { explain } from './rights-api.js';
import { rights } from './texts.js';

const RIGHTS = ['read', 'update', 'delete'] as const;
const LOOKS = { yes: 'success', no: 'danger', some: 'warning' } as const;

/** @summary What the caller may do with a record, and why not where they may not. */
export class FsMyRights extends LitElement {
  static override styles = [
    ...panelStyles,
    css`
      .because {
        flex-basis: 100%;
        padding-inline-start: 26px;
      }
    `,
  ];

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) object!: ScreenObject;
  @property() recordId = '';

  @state() private answers: ReadonlyMap<(typeof RIGHTS)[number], AccessAnswer> | null = null;
  @state() private fields: ReadonlyMap<string, AccessAnswer> = new Map();
  @state() private failure: unknown;

  override connectedCallback() {
    super.connectedCallback();
    void this.read();
  }

  private ask(right: string, field?: string): Promise<AccessAnswer> {
    return explain({ object: this.object.name, record: this.recordId, do: right, ...(field === undefined ? {} : { field }) });
  }

  private async read() {
    try {
      const answers = await Promise.all(RIGHTS.map(async (right) => [right, await this.ask(right)] as const));
      this.answers = new Map(answers);
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
    }
  }

  private async askAbout({ name }: ScreenField) {
    try {
      this.fields = new Map([...this.fields, [name, await this.ask('edit', name)]]);
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>(`[data-answer="${name}"]`)?.focus();
    } catch (error) {
      this.failure = error;
    }
  }

  private because({ grounds: all, grants, computed, allowed }: AccessAnswer, right: string): TemplateResult {
    if (computed) return html`<p class="muted">${rights('mine.computed')}</p>`;
    // What it needs besides, such as reading, is a line of its own.
    const grounds = all.filter((ground) => ground.right === right);
    return html`${
      grounds.length === 0
        ? html`<p class="muted">${rights('mine.nothing')}</p>`
        : grounds.map(({ label, effect, on, holds }) => {
            const here = holds === undefined ? '' : ` (${rights(holds ? 'mine.onThis' : 'mine.notThis')})`;
            return html`<p class="muted">
              <strong>${label}</strong> ${rights(effect === 'allow' ? 'mine.allow' : 'mine.deny')}: ${on}${here}
            </p>`;
          })
    }
    ${
      allowed === 'yes' || grants.length === 0
        ? nothing
        : html`<p class="muted">${rights('mine.change')}</p>
            ${grants.map(({ text }) => html`<p class="muted">→ ${text}</p>`)}`
    }`;
  }

  private line(right: (typeof RIGHTS)[number], answer: AccessAnswer) {
    return html`<li>
      <fs-icon name=${answer.allowed === 'no' ? 'lock' : 'check'}></fs-icon>
      <span class="main">${rights(`mine.${right}`)}</span>
      <span class="badge ${LOOKS[answer.allowed]}">${rights(`mine.${answer.allowed}`)}</span>
      <div class="because">${this.because(answer, right)}</div>
    </li>`;
  }

  private field(field: ScreenField) {
    const what = rights('mine.field', { field: field.label });
    const answer = this.fields.get(field.name);
    return html`<li>
      <fs-icon name="lock"></fs-icon>
      <span class="main">${field.label}</span>
      ${
        answer
          ? html`<div class="because" tabindex="-1" data-answer=${field.name}>${this.because(answer, 'field')}</div>`
          : html`<fs-button variant="quiet" label=${rights('mine.whyOf', { what })} @click=${() => void this.askAbout(field)}
              >${rights('mine.why')}</fs-button
            >`
      }
    </li>`;
  }

  override render() {
    if (this.failure !== undefined) return failureState(this.failure, () => void this.read());
    const { answers } = this;
    if (answers === null) return html`<div aria-busy="true"></div>`;
    const shut = this.object.fields.filter((field) => !field.editable && !field.system);
    return html`<ul>
        ${[...answers].map(([right, answer]) => this.line(right, answer))}
      </ul>
      ${
        shut.length === 0
          ? nothing
          : html`<h3>${rights('mine.fields')}</h3>
              <ul>
                ${shut.map((field) => this.field(field))}
              </ul>`
      }`;
  }
}

customElements.define('fs-my-rights', FsMyRights);
