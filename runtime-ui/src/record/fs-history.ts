import '../ui-kit/fs-button.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { HistoryEntry, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { readHistory } from '../api/records.js';
import { formatAgo, formatInstant } from '../fields/format.js';
import { fieldScreen } from '../fields/registry.js';
import type { Screen } from '../model/screen.js';
import { t } from '../texts/text.js';
import { failureState } from '../ui-kit/page-state.js';
import { stateStyles, valueStyles } from '../ui-kit/shared-styles.js';

/** What a change came by, in words; nothing for what somebody did themselves. */
function causeText({ kind, label }: HistoryEntry['cause']): string {
  if (kind === 'user') return '';
  if (kind === 'workflow' && label === null) return ` ${t('history.cause.workflow.unnamed')}`;
  if (kind === 'api_key' && label !== null) return ` ${t('history.cause.api_key.named', { label })}`;
  return ` ${t(`history.cause.${kind}`, { label: label ?? '' })}`;
}

/** @summary What was changed, when, by whom and why, newest first. */
export class FsHistory extends LitElement {
  static override styles = [
    valueStyles,
    stateStyles,
    css`
      ol {
        list-style: none;
        margin: 0;
        padding: 4px 16px 12px;
      }
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
      p {
        margin: 0;
        font: var(--fs-font-13);
      }
      time {
        color: var(--fs-text-muted);
        font: var(--fs-font-12);
      }
      dl {
        margin: 4px 0 0;
        display: grid;
        grid-template-columns: minmax(80px, auto) minmax(0, 1fr);
        gap: 2px 10px;
        font: var(--fs-font-13);
      }
      dt {
        color: var(--fs-text-muted);
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
      del {
        color: var(--fs-text-muted);
      }
      .none {
        padding: 16px;
        color: var(--fs-text-muted);
      }
      .more {
        padding: 0 16px 16px;
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

  override willUpdate(changed: Map<string, unknown>) {
    if (changed.has('recordId') || changed.has('version')) void this.read();
  }

  private async read(cursor?: string) {
    try {
      const page = await readHistory(this.object.name, this.recordId, cursor);
      this.entries = cursor === undefined ? page.data : [...(this.entries ?? []), ...page.data];
      this.next = page.page.next;
      this.error = undefined;
    } catch (error) {
      this.error = error;
    }
  }

  private value(name: string, value: unknown) {
    const field = this.screen.field(this.object.name, name);
    if (value === null || value === undefined) return t('history.empty.value');
    return (field ? fieldScreen(field).text(value, { field, screen: this.screen }) : '') || t('history.empty.value');
  }

  private entry(entry: HistoryEntry) {
    const { me } = this.screen;
    const cause = causeText(entry.cause);
    return html`<li>
      <p>
        <strong>${entry.by?.label ?? t('history.system')}</strong> ${t(`history.${entry.operation}`)}${cause}
        <time datetime=${entry.at} title=${formatInstant(entry.at, me)}>${formatAgo(entry.at, me)}</time>
      </p>
      ${
        entry.operation === 'update' && entry.changes.length > 0
          ? html`<dl>
              ${entry.changes.map(
                (change) =>
                  html`<dt>${change.label}</dt>
                    <dd><del>${this.value(change.field, change.before)}</del> → ${this.value(change.field, change.after)}</dd>`,
              )}
            </dl>`
          : nothing
      }
    </li>`;
  }

  override render() {
    if (this.error !== undefined) return failureState(this.error, () => void this.read());
    if (this.entries === null) return html`<div class="none" aria-busy="true"></div>`;
    if (this.entries.length === 0) return html`<p class="none">${t('history.empty')}</p>`;
    return html`<ol>
        ${this.entries.map((entry) => this.entry(entry))}
      </ol>
      ${
        this.next === null
          ? nothing
          : html`<div class="more"><fs-button @click=${() => void this.read(this.next ?? undefined)}>${t('history.more')}</fs-button></div>`
      }`;
  }
}

customElements.define('fs-history', FsHistory);
