import { LitElement, css, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { CauseLink, WhyAnswer } from '@fieldstone/metadata/types/wire.js';
import { recordPath } from '../app/router.js';
import { formatInstant } from '../fields/format.js';
import type { Screen } from '../model/screen.js';
import { failureState } from '../ui-kit/page-state.js';
import { stateStyles, valueStyles } from '../ui-kit/shared-styles.js';
import { causeText, changeList, changeStyles, personText } from './change-view.js';
import { readWhy } from './history-api.js';
import { told } from './texts.js';

const VERBS = { create: 'why.create', update: 'why.change', delete: 'why.delete', restore: 'why.restore' } as const;

/** @summary What led to a change: the step, what started it, and so on back to who or what began. */
export class FsWhy extends LitElement {
  static override styles = [
    valueStyles,
    stateStyles,
    changeStyles,
    css`
      ol {
        margin: 6px 0 0;
        padding: 8px 12px;
        border-radius: var(--fs-radius-m);
        background: var(--fs-sunken);
      }
      li {
        padding: 4px 0;
      }
      li + li {
        border-top: 1px solid var(--fs-line);
      }
    `,
  ];

  @property({ attribute: false }) screen!: Screen;
  @property() object = '';
  @property() recordId = '';
  @property({ type: Number }) version = 0;

  @state() private answer: WhyAnswer | null = null;
  @state() private error: unknown;

  override connectedCallback() {
    super.connectedCallback();
    void this.read();
  }

  private async read() {
    try {
      this.answer = await readWhy(this.object, this.recordId, this.version);
      this.error = undefined;
    } catch (error) {
      this.error = error;
    }
  }

  private link(link: CauseLink) {
    if (link.kind === 'hidden') return html`<p class="muted">${told('why.hidden')}</p>`;
    if (link.kind === 'forgotten') return html`<p class="muted">${told('why.forgotten')}</p>`;
    const at = html`<time datetime=${link.at}>${formatInstant(link.at, this.screen.me)}</time>`;
    if (link.kind === 'schedule') return html`<p>${told('why.schedule')} ${at}</p>`;
    if (link.kind === 'run') {
      const { workflow, step } = link;
      if (workflow === null) return html`<p>${told('why.run.unnamed')} ${at}</p>`;
      const { label } = workflow;
      return html`<p>${step?.label ? told('why.step', { label, step: step.label }) : told('why.run', { label })} ${at}</p>`;
    }
    const label = link.label ?? told('timeline.unnamed');
    const text = told(VERBS[link.operation], { by: personText(link), object: link.objectLabel, label: '\u0000' });
    const [before = '', after = ''] = text.split('\u0000');
    return html`<p>
        ${before}<a href=${recordPath(link.object, link.id)}>${label}</a
        >${after}${causeText({ ...link.cause, ...(link.cause.kind === 'workflow' ? { kind: 'user' } : {}) })} ${at}
      </p>
      ${link.operation === 'update' ? changeList(this.screen, link.object, link.changes) : nothing}`;
  }

  override render() {
    if (this.error !== undefined) return failureState(this.error, () => void this.read());
    if (this.answer === null) return html`<div class="none" aria-busy="true"></div>`;
    const { data, isComplete } = this.answer;
    return html`<ol aria-label=${told('why.list')}>
      ${data.slice(1).map((link) => html`<li>${this.link(link)}</li>`)}
      ${isComplete || data.at(-1)?.kind === 'forgotten' ? nothing : html`<li><p class="muted">${told('why.cut')}</p></li>`}
    </ol>`;
  }
}

customElements.define('fs-why', FsWhy);
