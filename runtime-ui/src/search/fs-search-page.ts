import '../ui-kit/fs-button.js';
import { LitElement, css, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { SavedSearch, SearchAnswer } from '@fieldstone/metadata/types/wire.js';
import { navigate, objectPath, recordPath, searchPath } from '../app/router.js';
import type { Screen } from '../model/screen.js';
import { failureState, pageState } from '../ui-kit/page-state.js';
import { stateStyles, valueStyles } from '../ui-kit/shared-styles.js';
import { facets, groupsOf, hitStyles, hitView } from './hit-view.js';
import { RunningSearch } from './running-search.js';
import { forgetSearch, noteSearch, readRecent, saveSearch } from './search-api.js';
import { say } from './texts.js';

const FIRST = 20;
const MOST = 50;

/** @summary All results of a search, on a page with an address of its own. */
export class FsSearchPage extends LitElement {
  static override styles = [
    valueStyles,
    stateStyles,
    hitStyles,
    css`
      :host {
        display: block;
        max-width: 860px;
        padding: 20px 24px 60px;
      }
      h1 {
        margin: 0 0 12px;
        font: var(--fs-font-20);
      }
      form {
        display: flex;
        gap: 8px;
        margin-bottom: 12px;
      }
      input {
        flex: 1;
        min-width: 0;
        padding: 8px 12px;
        border: 1px solid var(--fs-line-strong);
        border-radius: var(--fs-radius-m);
        background: var(--fs-surface);
        color: var(--fs-text);
        font: var(--fs-font-14);
      }
      input:focus-visible {
        outline: var(--fs-focus);
        outline-offset: 1px;
      }
      ul {
        list-style: none;
        margin: 0 -10px;
        padding: 0;
      }
      h2 {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 4px 12px;
        margin: 22px 0 4px;
        font: var(--fs-font-14);
        font-weight: 600;
      }
      h2 a {
        font-weight: 400;
      }
      .note {
        margin-inline: 0;
      }
      .kept {
        display: flex;
        align-items: center;
      }
      .kept .hit {
        flex: 1;
      }
      .error {
        color: var(--fs-danger-text);
        font: var(--fs-font-13);
      }
      .more {
        margin-top: 16px;
      }
      @media (max-width: 720px) {
        :host {
          padding: 14px 16px 40px;
        }
      }
    `,
  ];

  @property({ attribute: false }) screen!: Screen;
  @property() q = '';
  @property() object = '';

  @state() private limit = FIRST;
  @state() private saved: readonly SavedSearch[] = [];
  /** A name is being asked for. */
  @state() private naming = false;
  @state() private failure = '';
  private readonly search = new RunningSearch(this);
  /** How many of each object match the text, whatever is chosen. */
  private readonly everywhere = new RunningSearch(this);

  override connectedCallback() {
    super.connectedCallback();
    void this.readSaved();
  }

  private async readSaved() {
    this.saved = (await readRecent().catch(() => null))?.saved ?? this.saved;
  }

  private get kept(): SavedSearch | undefined {
    return this.saved.find(({ q, object }) => q === this.q.trim() && (object ?? '') === this.object);
  }

  private async keep(event: Event) {
    event.preventDefault();
    const name = new FormData(event.target as HTMLFormElement).get('name');
    await this.change(async () => {
      await saveSearch(this.q, this.object, typeof name === 'string' ? name : '');
      this.naming = false;
    });
  }

  private async change(work: () => Promise<unknown>) {
    try {
      await work();
      this.failure = '';
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
    await this.readSaved();
  }

  override willUpdate(changed: Map<string, unknown>) {
    if (changed.has('q') || changed.has('object')) {
      this.limit = FIRST;
      this.naming = false;
      if (this.q.trim() !== '') void noteSearch(this.q, this.object);
    }
    if (changed.has('q') || changed.has('object') || changed.has('limit')) {
      this.search.ask({ q: this.q, object: this.object, limit: this.limit }, 'once');
      if (this.object !== '') this.everywhere.ask({ q: this.q, object: '', limit: 1 }, 'once');
    }
  }

  /** Keeps the search, or tells under which name it is kept. */
  private keeping() {
    const { kept } = this;
    if (this.q.trim() === '') return this.savedList();
    if (kept)
      return html`<p class="note">
        ${say('kept', { name: kept.name ?? '' })}
        <button type="button" @click=${() => void this.change(() => forgetSearch(kept.id))}>${say('drop')}</button>
      </p>`;
    if (!this.naming) return html`<p class="note"><button type="button" @click=${() => (this.naming = true)}>${say('save')}</button></p>`;
    return html`<form @submit=${(event: Event) => void this.keep(event)}>
      <input name="name" type="text" maxlength="120" required aria-label=${say('saveName')} .value=${this.q} />
      <fs-button type="submit">${say('keep')}</fs-button>
    </form>`;
  }

  private savedList() {
    if (this.saved.length === 0) return nothing;
    return html`<section aria-label=${say('saved')}>
      <h2>${say('saved')}</h2>
      <ul>
        ${this.saved.map(({ id, q, object, name }) => {
          const label = name ?? q;
          return html`<li class="kept">
            <a class="hit" href=${searchPath(q, object ?? '')}><fs-icon name="star"></fs-icon><span class="main">${label}</span></a>
            <fs-button
              variant="quiet"
              icon="x"
              label=${say('dropOf', { name: label })}
              @click=${() => void this.change(() => forgetSearch(id))}
            ></fs-button>
          </li>`;
        })}
      </ul>
    </section>`;
  }

  private submit(event: Event) {
    event.preventDefault();
    const text = new FormData(event.target as HTMLFormElement).get('q');
    navigate(searchPath(typeof text === 'string' ? text.trim() : '', this.object));
  }

  private group({ object, hits }: ReturnType<typeof groupsOf>[number], isExact: boolean) {
    const label = this.screen.object(object)?.pluralLabel ?? object;
    const known = this.screen.object(object) !== undefined;
    return html`<section aria-label=${label}>
      <h2>${label}${known && isExact ? html`<a class="link" href=${objectPath(object, { q: this.q })}>${say('list')}</a>` : nothing}</h2>
      <ul>
        ${hits.map((hit) => html`<li><a class="hit" href=${recordPath(hit.object, hit.id)}>${hitView(this.screen, hit)}</a></li>`)}
      </ul>
    </section>`;
  }

  private results(answer: SearchAnswer) {
    const { suggestion } = answer;
    const isExact = answer.objects.length > 0;
    const exact = answer.data.filter((hit) => hit.match.kind !== 'similar');
    const similar = answer.data.filter((hit) => hit.match.kind === 'similar');
    const hasMore = answer.data.length === this.limit && this.limit < MOST;
    return html`${groupsOf({ ...answer, data: exact }).map((group) => this.group(group, true))}
    ${
      similar.length === 0
        ? nothing
        : html`<p class="note">
              ${say(isExact ? 'alsoSimilar' : 'similar')}
              ${suggestion === null ? nothing : html`${say('meant')} <a class="link" href=${searchPath(suggestion, this.object)}>${suggestion}</a>?`}
            </p>
            ${groupsOf({ ...answer, data: similar }).map((group) => this.group(group, false))}`
    }
    ${hasMore ? html`<fs-button class="more" @click=${() => (this.limit = MOST)}>${say('more')}</fs-button>` : nothing}`;
  }

  private content() {
    const { answer, failure, isBusy } = this.search;
    if (this.q.trim() === '') return html`<p class="note">${say('hint')}</p>`;
    if (failure !== undefined) return failureState(failure, () => this.search.again());
    if (answer === null || (isBusy && this.search.shown?.q !== this.q)) return html`<div aria-busy="true"></div>`;
    if (answer.data.length === 0) return pageState('search', say('none'), say('noneText'));
    return this.results(answer);
  }

  override render() {
    const counts = this.object === '' ? this.search.counts : this.everywhere.counts;
    return html`<h1>${say('title')}</h1>
      <form role="search" @submit=${this.submit}>
        <input
          name="q"
          type="text"
          maxlength="200"
          autocomplete="off"
          aria-label=${say('title')}
          placeholder=${say('placeholder')}
          .value=${this.q}
        />
        <fs-button type="submit" icon="search">${say('title')}</fs-button>
      </form>
      ${facets(counts, this.object, (object) => navigate(searchPath(this.q, object)))} ${this.keeping()}
      ${this.failure === '' ? nothing : html`<p class="error" role="alert">${this.failure}</p>`}
      <div aria-live="polite">${this.content()}</div>`;
  }
}

customElements.define('fs-search-page', FsSearchPage);
