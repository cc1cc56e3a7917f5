import { LitElement, css, html } from 'lit';
import { property } from 'lit/decorators.js';
import { t } from '../texts/text.js';
import type { Stage } from './record-query.js';

/**
 * @summary Shows where a record stands among its stages and lets the person move it.
 *
 * @event fs-stage - The person asked for another stage; `detail` is its id. Nothing is saved yet.
 */
export class FsStagePath extends LitElement {
  static override styles = css`
    ol {
      display: flex;
      gap: 3px;
      list-style: none;
      margin: 0;
      padding: 3px;
      overflow-x: auto;
      scrollbar-width: none;
    }
    li {
      flex: 1 0 auto;
      min-width: 84px;
      max-width: 240px;
    }
    button {
      width: 100%;
      height: 30px;
      padding: 0 18px 0 20px;
      border: 0;
      font: var(--fs-font-12);
      font-weight: 500;
      white-space: nowrap;
      overflow: hidden;
      text-overflow: ellipsis;
      color: var(--fs-neutral-text);
      background: var(--fs-neutral-soft);
      clip-path: polygon(0 0, calc(100% - 10px) 0, 100% 50%, calc(100% - 10px) 100%, 0 100%, 10px 50%);
      cursor: pointer;
    }
    li:first-child button {
      clip-path: polygon(0 0, calc(100% - 10px) 0, 100% 50%, calc(100% - 10px) 100%, 0 100%);
      border-radius: 15px 0 0 15px;
    }
    li:last-child button {
      clip-path: polygon(0 0, 100% 0, 100% 100%, 0 100%, 10px 50%);
      border-radius: 0 15px 15px 0;
    }
    .done button {
      background: var(--fs-accent-soft);
      color: var(--fs-accent-text);
    }
    .current button {
      background: var(--fs-accent);
      color: var(--fs-on-accent);
      font-weight: 600;
    }
    button[disabled] {
      cursor: default;
    }
    button[aria-disabled='true'] {
      opacity: 0.55;
      cursor: not-allowed;
    }
    button:not([disabled], [aria-disabled='true']):hover {
      text-decoration: underline;
    }
    button:focus-visible {
      outline: none;
      text-decoration: underline;
      box-shadow: inset 0 0 0 2px currentColor;
    }
  `;

  @property() label = '';
  @property({ attribute: false }) stages: readonly Stage[] = [];
  @property() current = '';
  @property({ type: Boolean }) disabled = false;
  /** Stages that can not be chosen, by id, with the reason. */
  @property({ attribute: false }) barred: ReadonlyMap<string, string> = new Map();

  private request(stage: Stage) {
    if (stage.id === this.current || this.disabled || this.barred.has(stage.id)) return;
    this.dispatchEvent(new CustomEvent('fs-stage', { detail: stage.id, bubbles: true, composed: true }));
  }

  override render() {
    const at = this.stages.findIndex((stage) => stage.id === this.current);
    return html`<ol aria-label=${t('record.path', { field: this.label })}>
      ${this.stages.map((stage, index) => {
        const state = index === at ? 'current' : index < at ? 'done' : '';
        const said = state === '' ? '' : `, ${t(state === 'current' ? 'record.path.current' : 'record.path.done')}`;
        return html`<li class=${state}>
          <button
            ?disabled=${this.disabled}
            aria-disabled=${this.barred.has(stage.id)}
            title=${this.barred.get(stage.id) ?? ''}
            aria-current=${state === 'current' ? 'step' : 'false'}
            aria-label="${stage.label}${said}"
            @click=${() => this.request(stage)}
          >
            ${stage.label}
          </button>
        </li>`;
      })}
    </ol>`;
  }
}

customElements.define('fs-stage-path', FsStagePath);
