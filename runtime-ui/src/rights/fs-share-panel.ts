import '../ui-kit/fs-button.js';
import '../ui-kit/fs-combobox.js';
import '../ui-kit/fs-icon.js';
import '../ui-kit/fs-input.js';
import '../ui-kit/fs-select.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { ScreenObject, ShareInfo } from '@fieldstone/metadata/types/wire.js';
import { ApiProblem, messagesByField } from '../api/problem.js';
import { announce } from '../app/announce.js';
import { formatAgo, formatInstant } from '../fields/format.js';
import { fromLocalInput, todayIn, toLocalInput } from '../fields/zoned-time.js';
import type { Screen } from '../model/screen.js';
import type { Option } from '../ui-kit/fs-combobox.js';
import { failureState } from '../ui-kit/page-state.js';
import { panelStyles } from './panel-styles.js';
import { readCandidates, readShares, shareRecord, takeBackShare } from './rights-api.js';
import { rights } from './texts.js';

const ICONS = { person: 'user', team: 'users', queue: 'inbox' } as const;
const NOTHING_WRONG: ReadonlyMap<string, readonly string[]> = new Map();

/** @summary Shares a record with somebody, and lists whom it is shared with. */
export class FsSharePanel extends LitElement {
  static override styles = [
    ...panelStyles,
    css`
      form {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 180px), 1fr));
        gap: 12px;
      }
      .wide {
        grid-column: 1 / -1;
      }
      .send {
        display: flex;
        align-items: center;
        justify-content: end;
        gap: 12px;
      }
    `,
  ];

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) object!: ScreenObject;
  @property() recordId = '';

  @state() private shares: readonly ShareInfo[] | null = null;
  @state() private failure: unknown;
  @state() private to: Option | null = null;
  @state() private level: 'read' | 'edit' = 'read';
  @state() private until = '';
  @state() private reason = '';
  @state() private messages = NOTHING_WRONG;
  @state() private busy = false;
  @query('fs-combobox') private choice!: LitElement | null;

  override connectedCallback() {
    super.connectedCallback();
    void this.read();
  }

  /** The dialog asks for it when it opens; the form may not be there yet. */
  override focus() {
    const { choice } = this;
    void choice?.updateComplete.then(() => choice.focus());
  }

  override updated(changed: Map<string, unknown>) {
    if (changed.has('shares') && changed.get('shares') === null) this.focus();
  }

  private async read() {
    try {
      this.shares = (await readShares(this.object.name, this.recordId)).data;
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
    }
  }

  private find = async (text: string): Promise<readonly Option[]> => {
    const { data } = await readCandidates(this.object.name, this.recordId, text);
    return data.map((each) => ({
      id: each.id,
      label: each.kind === 'person' ? each.name : `${each.name} (${rights(`kind.${each.kind}`)})`,
    }));
  };

  /** The last moment of a day where the person is. */
  private get expiresAt(): string | null {
    return this.until === '' ? null : fromLocalInput(`${this.until}T23:59:59`, this.screen.me.timeZone);
  }

  private refusals(): Map<string, string[]> {
    const found = new Map<string, string[]>();
    if (!this.to) found.set('to', [rights('share.missing')]);
    if (this.until !== '' && this.until < todayIn(this.screen.me.timeZone)) found.set('expiresAt', [rights('share.past')]);
    return found;
  }

  private async share(event: Event) {
    event.preventDefault();
    if (this.busy) return;
    this.messages = this.refusals();
    const { to } = this;
    if (!to || this.messages.size > 0) return;
    this.busy = true;
    try {
      const reason = this.reason.trim();
      const mayEdit = this.level === 'edit';
      const kept = await shareRecord(this.object.name, this.recordId, { to: to.id, mayEdit, expiresAt: this.expiresAt, reason });
      announce(rights('share.done', { name: kept.to.name }));
      this.to = null;
      this.level = 'read';
      this.until = this.reason = '';
      await this.read();
      this.focus();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      this.messages = messagesByField(error);
    } finally {
      this.busy = false;
    }
  }

  private begin({ to, mayEdit, expiresAt, reason }: ShareInfo) {
    this.to = { id: to.id, label: to.name };
    this.level = mayEdit ? 'edit' : 'read';
    this.until = expiresAt === null ? '' : toLocalInput(expiresAt, this.screen.me.timeZone).slice(0, 10);
    this.reason = reason;
    this.messages = NOTHING_WRONG;
    this.focus();
  }

  private async takeBack({ to }: ShareInfo) {
    try {
      await takeBackShare(this.object.name, this.recordId, to.id);
      announce(rights('share.takenBack', { name: to.name }));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (error.status !== 404) this.messages = new Map([['', [error.message]]]);
    }
    await this.read();
    this.focus();
  }

  private error = (field: string) => (this.messages.get(field) ?? []).join(' ');

  private form() {
    const mayGiveEdit = this.object.access.update;
    const levels = [
      { value: 'read', label: rights('share.read') },
      ...(mayGiveEdit ? [{ value: 'edit', label: rights('share.edit') }] : []),
    ];
    return html`<form novalidate @submit=${this.share}>
      <fs-combobox
        class="wide"
        label=${rights('share.to')}
        placeholder=${rights('share.find')}
        empty-text=${rights('share.nobody')}
        error=${this.error('to')}
        required
        .value=${this.to}
        .search=${this.find}
        @fs-change=${(event: CustomEvent<Option | null>) => {
          this.to = event.detail;
          this.messages = NOTHING_WRONG;
        }}
      ></fs-combobox>
      <fs-select
        label=${rights('share.level')}
        help=${mayGiveEdit ? '' : rights('share.readOnly')}
        error=${this.error('mayEdit')}
        .choices=${levels}
        .value=${this.level}
        @fs-change=${(event: CustomEvent<'read' | 'edit'>) => (this.level = event.detail)}
      ></fs-select>
      <fs-input
        type="date"
        label=${rights('share.until')}
        help=${rights('share.untilHelp')}
        error=${this.error('expiresAt')}
        .value=${this.until}
        @fs-change=${(event: CustomEvent<string>) => (this.until = event.detail)}
      ></fs-input>
      <fs-input
        class="wide"
        label=${rights('share.reason')}
        error=${this.error('reason')}
        .value=${this.reason}
        @fs-change=${(event: CustomEvent<string>) => (this.reason = event.detail)}
      ></fs-input>
      <div class="wide send">
        ${this.error('') === '' ? nothing : html`<span class="error" role="alert">${this.error('')}</span>`}
        <fs-button type="submit" variant="primary" ?loading=${this.busy} @click=${this.share}>${rights('share.submit')}</fs-button>
      </div>
    </form>`;
  }

  private lasting(expiresAt: string | null) {
    if (expiresAt === null) return rights('share.forGood');
    const isOver = new Date(expiresAt).getTime() <= Date.now();
    return rights(isOver ? 'share.ended' : 'share.endsAt', { at: formatInstant(expiresAt, this.screen.me) });
  }

  private entry(share: ShareInfo) {
    const { to, mayEdit, by, at, reason } = share;
    const ago = formatAgo(at, this.screen.me);
    return html`<li>
      <fs-icon name=${ICONS[to.kind]}></fs-icon>
      <div class="main">
        <strong>${to.name}</strong> <span class="badge ${mayEdit ? 'accent' : ''}">${rights(mayEdit ? 'share.edit' : 'share.read')}</span>
        <p class="muted">
          ${this.lasting(share.expiresAt)} ·
          ${by ? rights('share.by', { by: by.name, ago }) : ago}${reason === '' ? nothing : html`<br />${reason}`}
        </p>
      </div>
      <fs-button variant="quiet" label=${rights('share.changeOf', { name: to.name })} @click=${() => this.begin(share)}
        >${rights('share.change')}</fs-button
      >
      <fs-button variant="quiet" label=${rights('share.takeBackOf', { name: to.name })} @click=${() => void this.takeBack(share)}
        >${rights('share.takeBack')}</fs-button
      >
    </li>`;
  }

  override render() {
    if (this.failure !== undefined) return failureState(this.failure, () => void this.read());
    if (this.shares === null) return html`<div aria-busy="true"></div>`;
    return html`${this.form()}
      <h3>${rights('share.list')}</h3>
      ${
        this.shares.length === 0
          ? html`<p class="muted">${rights('share.empty')}</p>`
          : html`<ul>
              ${this.shares.map((share) => this.entry(share))}
            </ul>`
      }`;
  }
}

customElements.define('fs-share-panel', FsSharePanel);
