import '../ui-kit/fs-button.js';
import '../ui-kit/fs-dialog.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { ScreenObject, VersionAnswer } from '@fieldstone/metadata/types/wire.js';
import { ApiProblem } from '../api/problem.js';
import { showToast } from '../app/toasts.js';
import type { Screen } from '../model/screen.js';
import { failureState } from '../ui-kit/page-state.js';
import { stateStyles, valueStyles } from '../ui-kit/shared-styles.js';
import { changeStyles, valueText } from './change-view.js';
import { readVersion, restoreVersion } from './history-api.js';
import { told } from './texts.js';

/**
 * @summary Brings values of a version back: which ones is chosen, what would change is shown, and what stays with why.
 *
 * @event fs-close - The person wants it closed.
 * @event fs-saved - Something was brought back.
 */
export class FsVersionDialog extends LitElement {
  static override styles = [
    valueStyles,
    stateStyles,
    changeStyles,
    css`
      ul {
        list-style: none;
        margin: 12px 0 0;
        padding: 0;
      }
      li {
        padding: 8px 0;
        border-top: 1px solid var(--fs-line);
      }
      label {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 2px 10px;
        align-items: start;
        font: var(--fs-font-14);
        overflow-wrap: anywhere;
        cursor: pointer;
      }
      input {
        width: 18px;
        height: 18px;
        margin: 1px 0 0;
        accent-color: var(--fs-accent);
      }
      label > :nth-child(n + 3) {
        grid-column: 2;
      }
      h3 {
        margin: 20px 0 0;
        font: var(--fs-font-14);
        font-weight: 600;
      }
      [slot='footer'] + [slot='footer'] {
        margin-inline-start: 8px;
      }
      .error {
        margin-top: 12px;
        color: var(--fs-danger-text);
      }
    `,
  ];

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) object!: ScreenObject;
  @property() recordId = '';
  @property({ type: Number }) version = 0;

  @state() private answer: VersionAnswer | null = null;
  @state() private chosen: ReadonlySet<string> = new Set();
  @state() private error: unknown;
  @state() private problems: readonly string[] = [];
  @state() private isSaving = false;

  override connectedCallback() {
    super.connectedCallback();
    void this.read();
  }

  private async read() {
    try {
      this.answer = await readVersion(this.object.name, this.recordId, this.version);
      this.chosen = new Set(this.answer.changes.map(({ field }) => field));
      this.error = undefined;
    } catch (error) {
      this.error = error;
    }
  }

  private close() {
    this.dispatchEvent(new CustomEvent('fs-close', { bubbles: true, composed: true }));
  }

  private choose(field: string) {
    const next = new Set(this.chosen);
    if (!next.delete(field)) next.add(field);
    this.chosen = next;
  }

  private async submit() {
    if (this.answer === null || this.isSaving) return;
    this.isSaving = true;
    this.problems = [];
    try {
      await restoreVersion(this.object.name, this.recordId, this.version, [...this.chosen], this.answer.current);
      this.dispatchEvent(new CustomEvent('fs-saved', { bubbles: true, composed: true }));
      showToast({ text: told('back.done', { version: this.version }), tone: 'info' });
      this.close();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      const issues = error.issues.map(({ message }) => message);
      this.problems = issues.length > 0 ? issues : [error.message];
      // Somebody else was quicker: what would change is another thing now.
      if (error.code === 'version_conflict') await this.read();
    } finally {
      this.isSaving = false;
    }
  }

  private content() {
    if (this.error !== undefined) return failureState(this.error, () => void this.read());
    if (this.answer === null) return html`<div class="none" aria-busy="true"></div>`;
    const { changes, kept } = this.answer;
    const value = (field: string, of: unknown) => valueText(this.screen, this.object.name, field, of);
    return html`<p>${changes.length === 0 ? told('back.same') : told('back.text')}</p>
      <ul>
        ${changes.map(
          ({ field, label, then, now }, index) =>
            html`<li>
              <label>
                <input type="checkbox" ?autofocus=${index === 0} .checked=${this.chosen.has(field)} @change=${() => this.choose(field)} />
                <span>${label}</span>
                <strong>${value(field, then)}</strong>
                <span class="muted">${told('back.now', { value: value(field, now) })}</span>
              </label>
            </li>`,
        )}
      </ul>
      ${
        kept.length === 0
          ? nothing
          : html`<h3>${told('back.kept')}</h3>
              <dl>
                ${kept.map(
                  ({ label, message }) =>
                    html`<dt>${label}</dt>
                      <dd>${message}</dd>`,
                )}
              </dl>`
      }
      <div role="alert">${this.problems.map((problem) => html`<p class="error">${problem}</p>`)}</div>`;
  }

  override render() {
    return html`<fs-dialog label=${told('back.title', { version: this.version })} open has-footer @fs-close=${this.close}>
      ${this.content()}
      <fs-button slot="footer" @click=${this.close}>${told('back.cancel')}</fs-button>
      <fs-button
        slot="footer"
        variant="primary"
        ?loading=${this.isSaving}
        ?disabled=${this.chosen.size === 0}
        @click=${() => void this.submit()}
        >${told('back.submit')}</fs-button
      >
    </fs-dialog>`;
  }
}

customElements.define('fs-version-dialog', FsVersionDialog);
