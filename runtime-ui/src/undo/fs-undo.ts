import '../ui-kit/fs-button.js';
import '../ui-kit/fs-dialog.js';
import { LitElement, css, html, nothing } from 'lit';
import { state } from 'lit/decorators.js';
import type { UndoAnswer, UndoItem } from '@fieldstone/metadata/types/wire.js';
import { announce } from '../app/announce.js';
import { queries } from '../app/query-controller.js';
import { recordPath } from '../app/router.js';
import { showToast } from '../app/toasts.js';
import { offer, type Way } from '../app/undo.js';
import { undoOperation } from './undo-api.js';
import { undoTexts as texts } from './undo-texts.js';

/**
 * @summary Takes one operation back as soon as it is on the page, and says what came of it. What could not be taken back is listed, with the reasons.
 */
export class FsUndo extends LitElement {
  static override styles = css`
    fs-dialog {
      --fs-dialog-width: 560px;
    }
    p {
      margin: 0 0 12px;
      font: var(--fs-font-14);
    }
    ul {
      list-style: none;
      margin: 0;
      padding: 0;
    }
    .records > li {
      padding: 10px 0;
      border-top: 1px solid var(--fs-line);
      font: var(--fs-font-14);
      overflow-wrap: anywhere;
    }
    .problems > li {
      margin-top: 2px;
      font: var(--fs-font-13);
    }
    .muted {
      color: var(--fs-text-muted);
      font: var(--fs-font-13);
      margin: 4px 0 0;
    }
    a {
      color: var(--fs-accent-text);
      font-weight: 600;
    }
  `;

  operation = '';
  way: Way = 'undo';
  /** Where the person is led when it was taken back. */
  thenGo: (() => void) | undefined;

  @state() private answer: UndoAnswer | null = null;

  override connectedCallback() {
    super.connectedCallback();
    // The properties are there once the element is.
    queueMicrotask(() => void this.take());
  }

  private async take() {
    let answer: UndoAnswer;
    try {
      answer = await undoOperation(this.operation);
    } catch (error) {
      showToast({ text: error instanceof Error ? error.message : String(error), tone: 'danger' });
      return this.remove();
    }
    await queries.invalidateQueries();
    if (answer.operation !== null) {
      this.thenGo?.();
      offer(this.way === 'undo' ? 'redo' : 'undo', answer.operation, texts(`done.${this.way}`));
    }
    const left = answer.partly + answer.notRestored + answer.hidden + answer.purged;
    if (left === 0) return this.remove();
    this.answer = answer;
    announce(texts('partly.said', { count: left }));
  }

  private close() {
    this.remove();
  }

  private item({ object, id, label, restored, problems }: UndoItem) {
    return html`<li>
      <a href=${recordPath(object, id)} @click=${() => this.close()}>${label ?? id}</a>
      <ul class="problems">
        ${problems.map(
          (problem) => html`<li>${problem.label ?? texts('partly.whole')}: ${problem.message ?? texts(`reason.${problem.reason}`)}</li>`,
        )}
      </ul>
      ${
        restored.length === 0
          ? nothing
          : html`<p class="muted">${texts('partly.restored', { fields: restored.map((field) => field.label).join(', ') })}</p>`
      }
    </li>`;
  }

  override render() {
    const { answer } = this;
    if (!answer) return nothing;
    return html`<fs-dialog label=${texts('partly.title')} open has-footer @fs-close=${() => this.close()}>
      <p>${answer.restored === 0 ? texts('partly.none') : texts('partly.text', { count: answer.restored })}</p>
      <ul class="records">
        ${answer.records.map((item) => this.item(item))}
      </ul>
      ${answer.hasMore ? html`<p class="muted">${texts('partly.more')}</p>` : nothing}
      ${answer.hidden > 0 ? html`<p class="muted">${texts('partly.hidden', { count: answer.hidden })}</p>` : nothing}
      ${answer.purged > 0 ? html`<p class="muted">${texts('partly.purged', { count: answer.purged })}</p>` : nothing}
      <fs-button slot="footer" variant="primary" autofocus @click=${() => this.close()}>${texts('close')}</fs-button>
    </fs-dialog>`;
  }
}

customElements.define('fs-undo', FsUndo);
