import '../ui-kit/fs-icon.js';
import '../ui-kit/fs-menu.js';
import './fs-toasts.js';
import { LitElement, html, nothing } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { AppDocument } from '@fieldstone/metadata/types/documents.js';
import type { RecordBody } from '@fieldstone/metadata/types/wire.js';
import { mark } from '../brand/mark.js';
import { noteOpened, readRecord } from '../api/records.js';
import type { Values } from '../model/form-values.js';
import type { Screen } from '../model/screen.js';
import { t } from '../texts/text.js';
import type { FsMenu, MenuItem } from '../ui-kit/fs-menu.js';
import { pageState } from '../ui-kit/page-state.js';
import { stateStyles } from '../ui-kit/shared-styles.js';
import { shellStyles } from './fs-shell.styles.js';
import { addShortcuts, type Shortcut } from './keys.js';
import { loadAhead, loadPart, type Part } from './pages.js';
import { preferences, setPreferences, type Preferences } from './preferences.js';
import { queries } from './query-controller.js';
import { binPath, navigate, objectPath, type Route } from './router.js';
import { chooseLanguage, endViewing, signOut } from './session.js';
import { showToast } from './toasts.js';
import { takeLast, undoComesBy, type Way } from './undo.js';

type Item = AppDocument['items'][number];
type Form = {
  readonly object: string;
  readonly record: RecordBody | null;
  readonly values: Values;
  readonly messages: ReadonlyMap<string, readonly string[]>;
};
const inBottomBar = 3;
const OPENED_AFTER_MS = 1_000;

/** @summary The frame of every page: apps, navigation, the person's menu, and the page itself. */
export class FsShell extends LitElement {
  static override styles = [stateStyles, shellStyles];

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) route!: Route;
  @property({ type: Boolean }) connected = true;
  @property({ type: Boolean, reflect: true }) collapsed = false;

  @state() private ready = new Set<string>();
  @state() private form: Form | null = null;
  @state() private helpOpen = false;
  @state() private searchOpen = false;
  @query('fs-menu') private menu!: FsMenu;
  private stopKeys: (() => void)[] = [];
  private toNote: { timer: ReturnType<typeof setTimeout>; now: () => Promise<unknown> } | undefined;
  private lastList = '';

  override connectedCallback() {
    super.connectedCallback();
    const everywhere = (keys: string, label: string, run: () => Promise<void>) => ({
      keys,
      label,
      scope: t('keys.global'),
      run: () => void run(),
    });
    this.stopKeys.push(
      addShortcuts([
        everywhere('?', t('keys.help'), () => this.help()),
        everywhere('/', t('app.search'), () => this.find()),
        everywhere('Ctrl+k', t('app.search'), () => this.find()),
      ]),
    );
    undoComesBy(() => loadPart('bin'));
    const taking = (way: Way, keys: string): Shortcut => ({ keys, label: t(way), scope: t('keys.global'), run: () => takeLast(way) });
    this.stopKeys.push(addShortcuts([taking('undo', 'Ctrl+z'), taking('redo', 'Ctrl+Shift+z')]));
    this.stopKeys.push(addShortcuts(this.goKeys()), loadAhead());
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.forgetNote();
    this.stopKeys.forEach((stop) => stop());
    this.stopKeys = [];
  }

  /** g and the first letter of an entry that no entry before it has. */
  private goKeys(): Shortcut[] {
    const taken = new Set<string>();
    return (this.app?.items ?? []).flatMap((item): Shortcut[] => {
      const label = this.labelOf(item);
      const letter = [...label.toLowerCase()].find((l) => /[a-z]/.test(l) && !taken.has(l));
      if (letter === undefined) return [];
      taken.add(letter);
      return [
        { keys: `g ${letter}`, label: t('keys.go', { name: label }), scope: t('keys.global'), run: () => navigate(this.pathOf(item)) },
      ];
    });
  }

  override willUpdate(changed: Map<string, unknown>) {
    if (changed.has('route') && this.route.page === 'home') {
      const first = this.app?.items[0];
      if (first) queueMicrotask(() => navigate(this.pathOf(first), { replace: true }));
    }
    if (this.route.page === 'object') this.lastList = location.pathname + location.search;
    if (changed.has('route') && changed.get('route') !== undefined) this.form = null;
    if (this.route.page === 'record') {
      void this.load('record');
      if (changed.has('route')) this.noteSoon(this.route.object, this.route.id);
    } else this.forgetNote();
    if (this.route.page === 'object') void this.load('object');
    if (this.route.page === 'search') void this.load('search');
    if (this.route.page === 'bin') void this.load('bin');
  }

  override updated(changed: Map<string, unknown>) {
    const before = changed.get('route') as Route | undefined;
    const isOther =
      before && (before.page !== this.route.page || ('object' in before && 'object' in this.route && before.object !== this.route.object));
    // A new page starts at its top for keyboard and reader alike.
    if (isOther) this.renderRoot.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
  }

  /** A record counts as opened when somebody stays with it; the page itself does not wait for that to be noted. */
  private noteSoon(object: string, id: string) {
    this.forgetNote();
    if (this.screen.me.viewedBy !== undefined) return;
    const note = () => {
      this.forgetNote();
      return noteOpened(object, id);
    };
    this.toNote = { timer: setTimeout(() => void note(), OPENED_AFTER_MS), now: note };
  }

  private forgetNote() {
    clearTimeout(this.toNote?.timer);
    this.toNote = undefined;
  }

  private async load(part: Part) {
    if (this.ready.has(part)) return;
    await loadPart(part);
    this.ready = new Set([...this.ready, part]);
  }

  private async help() {
    await this.load('help');
    this.helpOpen = true;
  }

  private async find() {
    try {
      // What is open now stands among what was opened lately.
      await Promise.all([this.load('search'), this.toNote?.now()]);
      this.searchOpen = true;
    } catch (error) {
      showToast({ text: error instanceof Error ? error.message : String(error), tone: 'danger' });
    }
  }

  /** The app that was chosen last, if it leads here; else the first that does. */
  private get app(): AppDocument | undefined {
    const { apps } = this.screen;
    const object = 'object' in this.route ? this.route.object : undefined;
    const has = (app: AppDocument) => object === undefined || app.items.some((item) => item.object === object);
    const chosen = apps.find((app) => app.name === preferences().app);
    if (chosen && has(chosen)) return chosen;
    return apps.find(has) ?? chosen ?? apps[0];
  }

  private labelOf(item: Item) {
    return item.label ?? this.screen.object(item.object)?.pluralLabel ?? item.object;
  }

  private pathOf(item: Item) {
    return objectPath(item.object, item.view === undefined ? {} : { view: item.view });
  }

  private isCurrent(item: Item, items: readonly Item[]) {
    if (!('object' in this.route) || this.route.object !== item.object) return false;
    const same = items.filter((other) => other.object === item.object);
    if (same.length === 1) return true;
    const view = this.route.page === 'object' ? this.route.state.view : '';
    const exact = same.find((other) => (other.view ?? '') === view);
    return item === (exact ?? same[0]);
  }

  private chooseApp(event: Event) {
    const items = this.screen.apps.map((app) => ({
      value: app.name,
      label: app.label,
      icon: app.icon ?? 'layout-grid',
      checked: app === this.app,
    }));
    void this.menu.show(event.currentTarget as HTMLElement, t('app.switch'), items, (name) => {
      setPreferences({ app: name });
      const first = this.screen.apps.find((app) => app.name === name)?.items[0];
      if (first) navigate(this.pathOf(first));
      this.requestUpdate();
    });
  }

  private userItems(): MenuItem[] {
    const { theme, density, singleKeys } = preferences();
    const { locales, chosenLocale } = this.screen.me;
    const radio = (group: string, value: string, label: string, current: string, heading?: string): MenuItem => ({
      value: `${group}:${value}`,
      label,
      checked: value === current,
      ...(heading === undefined ? {} : { heading }),
    });
    return [
      radio('theme', 'system', t('app.theme.system'), theme, t('app.theme')),
      radio('theme', 'light', t('app.theme.light'), theme),
      radio('theme', 'dark', t('app.theme.dark'), theme),
      radio('density', 'comfortable', t('app.density.comfortable'), density, t('app.density')),
      radio('density', 'compact', t('app.density.compact'), density),
      radio('language', '', t('app.language.browser'), chosenLocale ?? '', t('app.language')),
      ...locales.map((locale) => radio('language', locale, languageName(locale), chosenLocale ?? '')),
      { value: 'keys', label: t('app.keys.single'), checked: singleKeys, heading: t('app.keys') },
      { value: 'help', label: t('app.keys.help'), icon: 'keyboard' },
      { value: 'bin', label: t('app.bin'), icon: 'trash-2' },
      ...(this.screen.capabilities.has('edit_metadata')
        ? [{ value: 'studio', label: t('app.studio'), icon: 'wrench', heading: t('app.name') }]
        : []),
      {
        value: 'out',
        label: t('app.signOut'),
        icon: 'log-out',
        ...(this.screen.capabilities.has('edit_metadata') ? {} : { heading: t('app.name') }),
      },
    ];
  }

  private userMenu(event: Event) {
    void this.menu.show(
      event.currentTarget as HTMLElement,
      t('app.user', { name: this.screen.me.user.name }),
      this.userItems(),
      (value) => {
        const [group, choice] = value.split(':');
        if (group === 'theme') setPreferences({ theme: choice as Preferences['theme'] });
        else if (group === 'density') setPreferences({ density: choice as Preferences['density'] });
        else if (group === 'language') void this.speak(choice ?? '');
        else if (value === 'keys') setPreferences({ singleKeys: !preferences().singleKeys });
        else if (value === 'help') void this.help();
        else if (value === 'bin') navigate(binPath);
        else if (value === 'studio') location.assign('/studio');
        else if (value === 'out') void signOut();
      },
    );
  }

  private async speak(locale: string) {
    try {
      await chooseLanguage(locale === '' ? null : locale);
    } catch (error) {
      showToast({ text: error instanceof Error ? error.message : String(error), tone: 'danger' });
    }
  }

  private allItems(event: Event) {
    const items = this.app?.items ?? [];
    const entries: MenuItem[] = items.map((item, index) => ({
      value: this.pathOf(item),
      label: this.labelOf(item),
      icon: this.screen.object(item.object)?.icon ?? 'box',
      ...(item.group !== undefined && item.group !== items[index - 1]?.group ? { heading: item.group } : {}),
    }));
    const apps: MenuItem[] =
      this.screen.apps.length < 2
        ? []
        : this.screen.apps.map((app, i) => ({
            value: `app:${app.name}`,
            label: app.label,
            icon: app.icon ?? 'layout-grid',
            checked: app === this.app,
            ...(i === 0 ? { heading: t('app.switch') } : {}),
          }));
    const anchor = event.currentTarget as HTMLElement;
    void this.menu.show(anchor, t('app.menu'), [...entries, ...apps], (value) => {
      if (!value.startsWith('app:')) return navigate(value);
      setPreferences({ app: value.slice(4) });
      const first = this.app?.items[0];
      if (first) navigate(this.pathOf(first));
    });
  }

  private async newRecord(event: CustomEvent<{ object: string; values?: Values }>) {
    event.stopPropagation();
    await this.load('form');
    this.form = { object: event.detail.object, record: null, values: event.detail.values ?? {}, messages: new Map() };
  }

  private async editRecord(event: CustomEvent<Omit<Form, 'record'> & { id: string }>) {
    event.stopPropagation();
    const { id, ...form } = event.detail;
    try {
      const [record] = await Promise.all([readRecord(form.object, id), this.load('form')]);
      this.form = { ...form, record };
    } catch (error) {
      showToast({ text: error instanceof Error ? error.message : String(error), tone: 'danger' });
    }
  }

  private navigation(app: AppDocument | undefined) {
    const items = app?.items ?? [];
    const groups = [...new Set(items.map((item) => item.group ?? ''))];
    return groups.map(
      (group) =>
        html`${group === '' ? nothing : html`<h2>${group}</h2>`}
          <ul>
            ${items.filter((item) => (item.group ?? '') === group).map((item) => html`<li>${this.link(item, items)}</li>`)}
          </ul>`,
    );
  }

  private link(item: Item, items: readonly Item[]) {
    return html`<a href=${this.pathOf(item)} aria-current=${this.isCurrent(item, items) ? 'page' : nothing} title=${this.labelOf(item)}>
      <fs-icon name=${this.screen.object(item.object)?.icon ?? 'box'}></fs-icon><span class="grow">${this.labelOf(item)}</span>
    </a>`;
  }

  private page() {
    const { route } = this;
    if (this.screen.apps.length === 0 && route.page === 'home')
      return pageState('inbox', t('app.empty.title'), t('app.empty.text'), undefined, true);
    if (route.page === 'object' && this.ready.has('object')) {
      return html`<fs-object-page .screen=${this.screen} name=${route.object} .urlState=${route.state}></fs-object-page>`;
    }
    if (route.page === 'record' && this.ready.has('record')) {
      return html`<fs-record-page
        .screen=${this.screen}
        name=${route.object}
        recordId=${route.id}
        backTo=${this.lastList}
      ></fs-record-page>`;
    }
    if (route.page === 'search' && this.ready.has('search'))
      return html`<fs-search-page .screen=${this.screen} q=${route.q} object=${route.object}></fs-search-page>`;
    if (route.page === 'bin' && this.ready.has('bin')) return html`<fs-bin-page .screen=${this.screen}></fs-bin-page>`;
    if (route.page === 'unknown') {
      const home = { label: t('state.home'), run: () => navigate('/') };
      return pageState('search', t('state.object.title'), t('state.object.text'), home, true);
    }
    return html`<div class="busy" aria-busy="true"></div>`;
  }

  override render() {
    const { me, apps } = this.screen;
    const app = this.app;
    const items = app?.items ?? [];
    const initials = me.user.name
      .split(/\s+/)
      .map((part) => part[0] ?? '')
      .slice(0, 2)
      .join('')
      .toUpperCase();
    return html`<aside>
        <button class="skip" @click=${this.skip}>${t('app.skip')}</button>
        <button
          class="app"
          aria-haspopup="menu"
          aria-label="${t('app.switch')}: ${app?.label ?? ''}"
          ?disabled=${apps.length < 2}
          @click=${this.chooseApp}
        >
          ${mark}<span class="grow">${app?.label ?? t('app.name')}</span>
          ${apps.length < 2 ? nothing : html`<fs-icon name="chevrons-up-down"></fs-icon>`}
        </button>
        <button
          class="find"
          aria-haspopup="dialog"
          aria-label=${t('app.search')}
          title="${t('app.search')} (Ctrl+K)"
          @click=${() => void this.find()}
        >
          <fs-icon name="search"></fs-icon><span class="grow">${t('app.search')}</span><kbd class="grow" aria-hidden="true">Ctrl K</kbd>
        </button>
        <nav aria-label=${t('app.navigation')}>${this.navigation(app)}</nav>
        <button class="user" aria-haspopup="menu" aria-label=${t('app.user', { name: me.user.name })} @click=${this.userMenu}>
          <span class="avatar">${initials}</span><span class="grow">${me.user.name}<small>${me.tenant.name}</small></span>
        </button>
      </aside>
      <main id="main" tabindex="-1" @fs-new-record=${this.newRecord} @fs-edit-record=${this.editRecord}>
        ${this.page()}<fs-menu></fs-menu>
      </main>
      <nav class="bottom" aria-label=${t('app.navigation')}>
        ${items
          .slice(0, inBottomBar - 1)
          .map(
            (item) =>
              html`<a href=${this.pathOf(item)} aria-current=${this.isCurrent(item, items) ? 'page' : nothing}
                ><fs-icon name=${this.screen.object(item.object)?.icon ?? 'box'}></fs-icon><span>${this.labelOf(item)}</span></a
              >`,
          )}
        <button aria-haspopup="dialog" @click=${() => void this.find()}>
          <fs-icon name="search"></fs-icon><span>${t('app.search')}</span>
        </button>
        <button aria-haspopup="menu" @click=${this.allItems}><fs-icon name="menu"></fs-icon><span>${t('app.menu')}</span></button>
        <button aria-haspopup="menu" aria-label=${t('app.user', { name: me.user.name })} @click=${this.userMenu}>
          <fs-icon name="circle-user"></fs-icon><span>${initials}</span>
        </button>
      </nav>
      ${
        me.viewedBy === undefined
          ? nothing
          : html`<div class="banner viewing" role="status">
              ${t('app.viewing', { name: me.user.name })} <button @click=${() => void endViewing()}>${t('app.viewing.end')}</button>
            </div>`
      }
      ${this.connected ? nothing : html`<div class="banner" role="status">${t('app.offline')}</div>`}
      ${
        this.form
          ? html`<fs-record-dialog
              .screen=${this.screen}
              name=${this.form.object}
              .record=${this.form.record}
              .prefill=${this.form.values}
              .messages=${this.form.messages}
              @fs-saved=${() => void queries.invalidateQueries()}
              @fs-close=${() => (this.form = null)}
            ></fs-record-dialog>`
          : nothing
      }
      ${
        this.ready.has('search')
          ? html`<fs-search-dialog
              .screen=${this.screen}
              ?open=${this.searchOpen}
              @fs-close=${() => (this.searchOpen = false)}
            ></fs-search-dialog>`
          : nothing
      }
      ${this.ready.has('help') ? html`<fs-key-help ?open=${this.helpOpen} @fs-close=${() => (this.helpOpen = false)}></fs-key-help>` : nothing}
      <fs-toasts></fs-toasts>`;
  }

  private skip() {
    this.renderRoot.querySelector<HTMLElement>('main')?.focus();
  }
}

/** Each language in its own words: that is how its readers find it. */
const languageName = (locale: string): string => new Intl.DisplayNames(locale, { type: 'language' }).of(locale) ?? locale;

customElements.define('fs-shell', FsShell);
