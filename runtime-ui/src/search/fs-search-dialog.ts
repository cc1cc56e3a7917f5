import { LitElement, css, html, nothing } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { RecentAnswer, SavedSearch, SearchAnswer, SearchHit } from '@fieldstone/metadata/types/wire.js';
import { navigate, recordPath, searchPath } from '../app/router.js';
import type { Screen } from '../model/screen.js';
import { failureState, pageState } from '../ui-kit/page-state.js';
import { stateStyles, valueStyles } from '../ui-kit/shared-styles.js';
import { facets, groupsOf, hitStyles, hitView } from './hit-view.js';
import { RunningSearch } from './running-search.js';
import { forgetRecent, noteSearch, readRecent } from './search-api.js';
import { say } from './texts.js';

/** Something that Enter opens. */
type Choice = { readonly id: string; readonly path: string };

/**
 * @summary The search over all objects, from anywhere: results while one types, and the keyboard to choose among them.
 *
 * @event fs-close - The person wants it closed.
 */
export class FsSearchDialog extends LitElement {
  static override styles = [
    valueStyles,
    stateStyles,
    hitStyles,
    css`
      fs-dialog {
        --fs-dialog-width: 680px;
      }
      input {
        width: 100%;
        padding: 9px 12px;
        border: 1px solid var(--fs-line-strong);
        border-radius: var(--fs-radius-m);
        background: var(--fs-surface);
        color: var(--fs-text);
        font: var(--fs-font-16);
      }
      input::placeholder {
        color: var(--fs-text-muted);
      }
      input:focus-visible {
        outline: var(--fs-focus);
        outline-offset: 1px;
      }
      .facets {
        margin-top: 10px;
      }
      .results {
        min-height: min(46vh, 380px);
        margin: 6px -10px 0;
      }
      .results[aria-busy='true'] {
        opacity: 0.7;
      }
      [role='option'][aria-selected='true'] {
        background: var(--fs-accent-soft);
      }
      .all {
        font: var(--fs-font-14);
        color: var(--fs-accent-text);
      }
      .keys {
        margin: 8px 0 0;
        font: var(--fs-font-12);
        color: var(--fs-text-muted);
      }
      @media (max-width: 720px) {
        .keys {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) screen!: Screen;
  @property({ type: Boolean }) open = false;

  @state() private text = '';
  @state() private object = '';
  @state() private active = 0;
  @state() private recent: RecentAnswer | null = null;
  @query('input') private input!: HTMLInputElement;

  private readonly search = new RunningSearch(this);

  override updated(changed: Map<string, unknown>) {
    if (changed.has('open') && this.open) {
      this.active = 0;
      // Without it the box works as well.
      readRecent().then(
        (recent) => (this.recent = recent),
        () => undefined,
      );
      // What was looked for last is still there, ready to be replaced.
      void this.updateComplete.then(() => {
        this.input.focus();
        this.input.select();
      });
    }
    if (changed.has('active')) this.renderRoot.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }

  private ask() {
    this.active = 0;
    this.search.ask({ q: this.text, object: this.object, limit: 20 });
  }

  private typed(event: Event) {
    this.text = (event.target as HTMLInputElement).value;
    this.object = '';
    this.ask();
  }

  private readonly choose = (object: string) => {
    this.object = object;
    this.ask();
    this.input.focus();
  };

  private meant(text: string) {
    this.text = text;
    this.object = '';
    this.ask();
    this.input.focus();
  }

  private get choices(): Choice[] {
    const { answer } = this.search;
    if (this.text.trim() === '') return this.recentChoices();
    if (answer === null) return [];
    const hits = groupsOf(answer).flatMap((group) => group.hits);
    const all = hits.length === 0 ? [] : [{ id: 'all', path: searchPath(this.text.trim(), this.object) }];
    return [...hits.map((hit) => ({ id: idOf(hit), path: recordPath(hit.object, hit.id) })), ...all];
  }

  private recentChoices(): Choice[] {
    const { records = [], searches = [], saved = [] } = this.recent ?? {};
    const ofSearch = ({ id, q, object }: SavedSearch) => ({ id: `kept-${id}`, path: searchPath(q, object ?? '') });
    return [
      ...records.map(({ object, id }) => ({ id: `opened-${id}`, path: recordPath(object, id) })),
      ...saved.map(ofSearch),
      ...searches.map(ofSearch),
    ];
  }

  private close() {
    this.dispatchEvent(new CustomEvent('fs-close', { bubbles: true, composed: true }));
  }

  private go(path: string, inTab: boolean) {
    if (inTab) {
      window.open(path, '_blank', 'noopener');
      return;
    }
    if (this.text.trim() !== '') void noteSearch(this.text.trim(), this.object);
    this.close();
    navigate(path);
  }

  private pressed(event: KeyboardEvent) {
    if (event.isComposing) return;
    const { choices } = this;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined && choices.length > 0) {
      event.preventDefault();
      this.active = (this.active + move + choices.length) % choices.length;
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const isFresh = this.text.trim() === '' || this.search.shown?.q === this.text.trim();
      // Whoever types and presses Enter at once gets the page of results, and not a hit of the text before.
      const path = isFresh ? choices[this.active]?.path : undefined;
      if (path !== undefined) this.go(path, event.ctrlKey || event.metaKey);
      else if (this.text.trim() !== '') this.go(searchPath(this.text.trim(), this.object), event.ctrlKey || event.metaKey);
    }
  }

  private option(id: string, path: string, content: unknown, selected: boolean, kind = '') {
    return html`<a
      class="hit ${kind}"
      role="option"
      id=${id}
      href=${path}
      tabindex="-1"
      aria-selected=${selected}
      @click=${(event: MouseEvent) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        this.go(path, false);
      }}
      >${content}</a
    >`;
  }

  private hits(answer: SearchAnswer) {
    const { choices } = this;
    const at = choices[this.active]?.id;
    const groups = groupsOf(answer);
    const isSimilar = answer.objects.length === 0;
    return html`${isSimilar ? this.similarNote(answer) : nothing}
      <div role="listbox" id="hits" aria-label=${say('results')}>
        ${groups.map(({ object, hits }) => {
          const label = this.screen.object(object)?.pluralLabel ?? object;
          return html`<div role="group" aria-label=${label}>
            <h3 aria-hidden="true">${label}</h3>
            ${hits.map((hit) => this.option(idOf(hit), recordPath(hit.object, hit.id), hitView(this.screen, hit), at === idOf(hit)))}
          </div>`;
        })}
        ${this.option('all', searchPath(this.text.trim(), this.object), html`<span class="all">${say('showAll')}</span>`, at === 'all')}
      </div>`;
  }

  private async forget() {
    await forgetRecent().catch(() => undefined);
    this.recent = await readRecent().catch(() => null);
    this.active = 0;
    this.input.focus();
  }

  private wordsOf({ q, object, name }: SavedSearch): string {
    const objects = object === null ? undefined : (this.screen.object(object)?.pluralLabel ?? object);
    return name ?? (objects === undefined ? q : say('inObject', { q, objects }));
  }

  /** What to begin with while nothing is typed. */
  private beginnings() {
    const { records = [], searches = [], saved = [] } = this.recent ?? {};
    if (records.length + searches.length + saved.length === 0) return html`<p class="note">${say('hint')}</p>`;
    const at = this.choices[this.active]?.id;
    const group = (label: string, options: readonly unknown[]) =>
      options.length === 0
        ? nothing
        : html`<div role="group" aria-label=${label}>
            <h3 aria-hidden="true">${label}</h3>
            ${options}
          </div>`;
    const search = (each: SavedSearch) => {
      const id = `kept-${each.id}`;
      const icon = html`<fs-icon name=${each.name === null ? 'search' : 'star'}></fs-icon><span class="main">${this.wordsOf(each)}</span>`;
      return this.option(id, searchPath(each.q, each.object ?? ''), icon, at === id);
    };
    return html`<div role="listbox" id="hits" aria-label=${say('title')}>
        ${group(
          say('recentRecords'),
          records.map(({ object, id, label }) => {
            const known = this.screen.object(object);
            const content = html`<fs-icon name=${known?.icon || 'box'}></fs-icon>
              <span class="main">${label ?? known?.label ?? object}<small>${known?.label ?? object}</small></span>`;
            return this.option(`opened-${id}`, recordPath(object, id), content, at === `opened-${id}`);
          }),
        )}
        ${group(say('saved'), saved.map(search))} ${group(say('recentSearches'), searches.map(search))}
      </div>
      <p class="note"><button type="button" @click=${() => void this.forget()}>${say('forget')}</button></p>`;
  }

  private similarNote({ suggestion }: SearchAnswer) {
    return html`<p class="note">
      ${say('similar')}
      ${
        suggestion === null
          ? nothing
          : html`${say('meant')} <button type="button" @click=${() => this.meant(suggestion)}>${suggestion}</button>?`
      }
    </p>`;
  }

  private content() {
    const { answer, failure, isBusy } = this.search;
    if (failure !== undefined) return failureState(failure, () => this.search.again());
    if (this.text.trim() === '') return this.beginnings();
    if (answer === null) return nothing;
    if (answer.data.length === 0) return isBusy ? nothing : pageState('search', say('none'), say('noneText'));
    return this.hits(answer);
  }

  private status() {
    const { answer, isBusy } = this.search;
    if (answer === null || isBusy || this.text.trim() === '') return '';
    const count = answer.objects.reduce((sum, each) => sum + each.count, 0);
    if (answer.data.length === 0) return say('none');
    if (count === 0) return say('similar');
    return count === 1 ? say('foundOne') : say('found', { count });
  }

  override render() {
    const { choices } = this;
    const active = choices[this.active];
    const hasHits = choices.length > 0;
    return html`<fs-dialog label=${say('title')} ?open=${this.open}>
      <input
        type="text"
        role="combobox"
        autofocus
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        maxlength="200"
        aria-label=${say('title')}
        aria-autocomplete="list"
        aria-expanded=${hasHits}
        aria-controls=${hasHits ? 'hits' : nothing}
        aria-activedescendant=${active?.id ?? nothing}
        placeholder=${say('placeholder')}
        .value=${this.text}
        @input=${this.typed}
        @keydown=${this.pressed}
      />
      ${facets(this.search.counts, this.object, this.choose)}
      <div class="results" aria-busy=${this.search.isBusy}>${this.open ? this.content() : nothing}</div>
      <p class="keys" aria-hidden="true">${say('keys')}</p>
      <div class="visually-hidden" role="status">${this.status()}</div>
    </fs-dialog>`;
  }
}

const idOf = (hit: SearchHit) => `hit-${hit.id}`;

customElements.define('fs-search-dialog', FsSearchDialog);
