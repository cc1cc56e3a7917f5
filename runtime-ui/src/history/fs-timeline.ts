import '../ui-kit/fs-button.js';
import '../ui-kit/fs-icon.js';
import { LitElement, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { ScreenObject, ServerEvent, TimelineAnswer, TimelineEntry } from '@fieldstone/metadata/types/wire.js';
import { onServerEvent } from '../api/events.js';
import { recordPath } from '../app/router.js';
import { formatDate, formatInstant } from '../fields/format.js';
import { fieldScreen } from '../fields/registry.js';
import type { Screen } from '../model/screen.js';
import { failureState, pageState } from '../ui-kit/page-state.js';
import { stateStyles, valueStyles } from '../ui-kit/shared-styles.js';
import { causeText, changeList, changeStyles, personText } from './change-view.js';
import { readTimeline } from './history-api.js';
import { told } from './texts.js';
import { timelineStyles } from './timeline-styles.js';

const REFRESH_MS = 800;
const MOST_AT_ONCE = 200;
const OWN_ICONS: Readonly<Record<string, string>> = { 'record.changed': 'history', 'record.files': 'paperclip' };

/** @summary What happened around a record, newest first, by kinds; new entries come by themselves. */
export class FsTimeline extends LitElement {
  static override styles = [valueStyles, stateStyles, changeStyles, timelineStyles];

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) object!: ScreenObject;
  @property() recordId = '';

  @state() private answer: TimelineAnswer | null = null;
  @state() private chosen: ReadonlySet<string> = new Set();
  @state() private error: unknown;
  private stop?: () => void;
  private timer: number | undefined;
  /** Of answers that overtake each other the last one asked for counts. */
  private asked = 0;

  override connectedCallback() {
    super.connectedCallback();
    this.stop = onServerEvent((event) => this.onEvent(event));
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.stop?.();
    window.clearTimeout(this.timer);
  }

  override willUpdate(changed: Map<string, unknown>) {
    if (!changed.has('recordId')) return;
    this.answer = null;
    this.chosen = new Set();
    void this.read();
  }

  private onEvent(event: ServerEvent) {
    if (event.type === 'metadata.published') return;
    const isOurs =
      event.type === 'reset' ||
      (event.object === this.object.name && event.id === this.recordId) ||
      this.answer?.kinds.some(({ kind }) => kind === event.object);
    if (!isOurs) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.read(Math.min(this.answer?.data.length ?? 0, MOST_AT_ONCE)), REFRESH_MS);
  }

  /** The first entries: as many as are shown already, if that is more than a page. */
  private async read(shown = 0, cursor?: string) {
    const asked = (this.asked += 1);
    const kinds = this.chosen.size === 0 ? {} : { kinds: [...this.chosen] };
    const limit = cursor === undefined && shown > 50 ? { limit: shown } : {};
    try {
      const answer = await readTimeline(this.object.name, this.recordId, {
        ...kinds,
        ...limit,
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (asked !== this.asked) return;
      this.answer = cursor === undefined ? answer : { ...answer, data: [...(this.answer?.data ?? []), ...answer.data] };
      this.error = undefined;
    } catch (error) {
      if (asked === this.asked) this.error = error;
    }
  }

  private choose(kind: string) {
    const next = new Set(this.chosen);
    if (!next.delete(kind)) next.add(kind);
    this.chosen = next;
    void this.read();
  }

  private summary({ object, summary }: TimelineEntry) {
    const shown = summary.filter(({ value }) => value !== null);
    if (shown.length === 0) return nothing;
    return html`<p class="summary">
      ${shown.map(({ field: name, label, value }) => {
        const field = this.screen.field(object, name);
        return field
          ? html`<span><span class="sr">${label}: </span>${fieldScreen(field).view(value, { field, screen: this.screen })}</span>`
          : nothing;
      })}
    </p>`;
  }

  private head(entry: TimelineEntry) {
    const { kind, object, id, what } = entry;
    if (kind === 'record.files') return html`<strong>${told('timeline.record.files')}</strong>`;
    if (kind === 'record.changed') return html`<strong>${told(`timeline.record.${what === 'record' ? 'update' : what}`)}</strong>`;
    const label = entry.label ?? told('timeline.unnamed');
    const of = this.screen.object(object)?.label ?? '';
    // What was deleted has no page.
    const name = what === 'delete' ? html`<strong>${label}</strong>` : html`<a href=${recordPath(object, id)}>${label}</a>`;
    const done = what === 'delete' || what === 'update' ? told(`timeline.${what}`) : '';
    return html`${name} <span class="muted">${of}</span> ${
        done === '' ? nothing : html`<span class="badge ${what === 'delete' ? 'danger' : ''}">${done}</span>`
      }`;
  }

  private entry(entry: TimelineEntry) {
    const { me } = this.screen;
    const icon = OWN_ICONS[entry.kind] ?? this.screen.object(entry.object)?.icon ?? 'box';
    const isNew = entry.what === 'create' || entry.what === 'record';
    return html`<li>
      <span class="mark"><fs-icon name=${icon}></fs-icon></span>
      <div>
        <p>${this.head(entry)}</p>
        ${this.summary(entry)} ${isNew ? nothing : changeList(this.screen, entry.object, entry.changes)}
        <p class="muted">
          ${personText(entry)}${entry.cause === null ? '' : causeText(entry.cause)} ·
          <time datetime=${entry.at}>${formatInstant(entry.at, me)}</time>
        </p>
      </div>
    </li>`;
  }

  /** Entries by their days, as the reader counts them. */
  private days(entries: readonly TimelineEntry[]): [string, TimelineEntry[]][] {
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: this.screen.me.timeZone, dateStyle: 'short' });
    const days = new Map<string, TimelineEntry[]>();
    for (const entry of entries) {
      const key = day.format(new Date(entry.at));
      const known = days.get(key);
      if (known) known.push(entry);
      else days.set(key, [entry]);
    }
    return [...days];
  }

  override render() {
    if (this.error !== undefined) return failureState(this.error, () => void this.read());
    if (this.answer === null) return html`<div class="none" aria-busy="true"></div>`;
    const { data, kinds, page } = this.answer;
    const empty = this.chosen.size > 0 ? told('timeline.none') : told('timeline.empty');
    return html`<div class="kinds" role="group" aria-label=${told('timeline.kinds')}>
        ${kinds.map(
          ({ kind, label }) =>
            html`<button type="button" aria-pressed=${this.chosen.has(kind)} @click=${() => this.choose(kind)}>${label}</button>`,
        )}
      </div>
      ${
        data.length === 0
          ? pageState('history', empty, '')
          : this.days(data).map(
              ([day, entries]) =>
                html`<h3>${formatDate(day, this.screen.me)}</h3>
                  <ol>
                    ${entries.map((entry) => this.entry(entry))}
                  </ol>`,
            )
      }
      ${
        page.next === null
          ? nothing
          : html`<div class="more"><fs-button @click=${() => void this.read(0, page.next ?? undefined)}>${told('more')}</fs-button></div>`
      }`;
  }
}

customElements.define('fs-timeline', FsTimeline);
