import '../ui-kit/fs-button.js';
import './fs-why.js';
import './fs-version-dialog.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { HistoryEntry, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { formatAgo, formatInstant } from '../fields/format.js';
import type { Screen } from '../model/screen.js';
import { failureState } from '../ui-kit/page-state.js';
import { stateStyles, valueStyles } from '../ui-kit/shared-styles.js';
import { causeText, changeList, changeStyles, personText } from './change-view.js';
import { readHistory } from './history-api.js';
import { told } from './texts.js';

/**
 * @summary What was changed, when, by whom and why, newest first; with the way back to how it was.
 *
 * @event fs-saved - A version was brought back.
 */
export class FsHistory extends LitElement {
  static override styles = [
    valueStyles,
    stateStyles,
    changeStyles,
    css`
      li {
        position: relative;
        padding: 8px 0 8px 18px;
        border-inline-start: 2px solid var(--fs-line);
      }
      li::before {
        content: '';
        position: absolute;
        inset-inline-start: -5px;
        top: 15px;
        width: 8px;
        height: 8px;
        border-radius: 50%;
        background: var(--fs-line-strong);
      }
      .acts {
        display: flex;
        gap: 4px;
        margin: 4px 0 0 -8px;
      }
      .acts button {
        border: 0;
        background: none;
        padding: 4px 8px;
        border-radius: var(--fs-radius-s);
        color: var(--fs-accent-text);
        font: var(--fs-font-12);
        cursor: pointer;
      }
      .acts button:hover {
        background: var(--fs-hover);
      }
      .acts button:focus-visible {
        outline: var(--fs-focus);
      }
    `,
  ];

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) object!: ScreenObject;
  @property() recordId = '';
  /** Read again when the record has another version. */
  @property({ type: Number }) version = 0;

  @state() private entries: readonly HistoryEntry[] | null = null;
  @state() private next: string | null = null;
  @state() private error: unknown;
  @state() private explained: ReadonlySet<number> = new Set();
  @state() private bringing: number | null = null;

  override willUpdate(changed: Map<string, unknown>) {
    if (changed.has('recordId')) this.explained = new Set();
    if (changed.has('recordId') || changed.has('version')) void this.read();
  }

  private async read(cursor?: string) {
    try {
      const page = await readHistory(this.object.name, this.recordId, cursor === undefined ? {} : { cursor });
      this.entries = cursor === undefined ? page.data : [...(this.entries ?? []), ...page.data];
      this.next = page.page.next;
      this.error = undefined;
    } catch (error) {
      this.error = error;
    }
  }

  private explain(version: number) {
    const next = new Set(this.explained);
    if (!next.delete(version)) next.add(version);
    this.explained = next;
  }

  private entry(entry: HistoryEntry) {
    const { me } = this.screen;
    const { version } = entry;
    const isOpen = this.explained.has(version);
    // What was there before the newest change can be brought back; so can what there is after any older one.
    const canBringBack = this.object.access.update && version < this.version;
    return html`<li>
      <p>
        <strong>${personText(entry)}</strong> ${told(entry.operation)}${causeText(entry.cause)}
        <time datetime=${entry.at} title=${formatInstant(entry.at, me)}>${formatAgo(entry.at, me)}</time>
      </p>
      ${entry.operation === 'update' ? changeList(this.screen, this.object.name, entry.changes) : nothing}
      <div class="acts">
        ${
          entry.cause.kind === 'workflow'
            ? html`<button
                type="button"
                aria-expanded=${isOpen}
                aria-label=${told('why.of', { version })}
                @click=${() => this.explain(version)}
              >
                ${told('why')}
              </button>`
            : nothing
        }
        ${
          canBringBack
            ? html`<button
                type="button"
                aria-haspopup="dialog"
                aria-label=${told('back.of', { version })}
                @click=${() => (this.bringing = version)}
              >
                ${told('back')}
              </button>`
            : nothing
        }
      </div>
      ${
        isOpen
          ? html`<fs-why .screen=${this.screen} object=${this.object.name} recordId=${this.recordId} version=${version}></fs-why>`
          : nothing
      }
    </li>`;
  }

  override render() {
    if (this.error !== undefined) return failureState(this.error, () => void this.read());
    if (this.entries === null) return html`<div class="none" aria-busy="true"></div>`;
    if (this.entries.length === 0) return html`<p class="none">${told('empty')}</p>`;
    return html`<ol>
        ${this.entries.map((entry) => this.entry(entry))}
      </ol>
      ${
        this.next === null
          ? nothing
          : html`<div class="more"><fs-button @click=${() => void this.read(this.next ?? undefined)}>${told('more')}</fs-button></div>`
      }
      ${
        this.bringing === null
          ? nothing
          : html`<fs-version-dialog
              .screen=${this.screen}
              .object=${this.object}
              recordId=${this.recordId}
              version=${this.bringing}
              @fs-close=${() => (this.bringing = null)}
            ></fs-version-dialog>`
      }`;
  }
}

customElements.define('fs-history', FsHistory);
