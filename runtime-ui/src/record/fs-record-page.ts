import '../ui-kit/fs-button.js';
import '../ui-kit/fs-icon.js';
import '../ui-kit/fs-menu.js';
import './fs-field-list.js';
import './fs-related-list.js';
import './fs-stage-path.js';
import { LitElement, html, nothing } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { RecordBody, ScreenAction, ScreenField, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { onServerEvent } from '../api/events.js';
import { ApiProblem, messagesByField } from '../api/problem.js';
import { deleteRecord, readRecord, runAction } from '../api/records.js';
import { announce } from '../app/announce.js';
import { addShortcuts } from '../app/keys.js';
import { QueryController, queries } from '../app/query-controller.js';
import { navigate, objectPath, recordPath } from '../app/router.js';
import { showToast } from '../app/toasts.js';
import { offerUndo } from '../app/undo.js';
import { formatAgo } from '../fields/format.js';
import { asLookup, referenceText } from '../fields/reference.js';
import { loadEditors } from '../fields/load-editors.js';
import { fieldScreen } from '../fields/registry.js';
import { brokenRules } from '../model/broken-rules.js';
import { changesOf, type Values } from '../model/form-values.js';
import { layoutOf } from '../model/layout-plan.js';
import { fieldsAt, titleOf, valueAt, type Screen } from '../model/screen.js';
import { t } from '../texts/text.js';
import type { FsMenu } from '../ui-kit/fs-menu.js';
import { failureState, pageState } from '../ui-kit/page-state.js';
import { stateStyles, valueStyles } from '../ui-kit/shared-styles.js';
import type { RightsTab } from '../rights/fs-rights-dialog.js';
import { askAbout } from './ask-about.js';
import { offeredActions } from './record-actions.js';
import { recordPageStyles } from './fs-record-page.styles.js';
import { readRecordPage, readStages, relatedLists, type RecordPage, type RelatedList, type Stage } from './record-query.js';
import { saveChanges } from './save-changes.js';

const SIDES = ['related', 'timeline', 'history'] as const;
type Side = (typeof SIDES)[number];

type Open =
  /** The record as it was when editing began: what others change meanwhile must not take away what is being typed. */
  | {
      readonly kind: 'edit';
      readonly record: RecordBody;
      readonly values: Values;
      readonly messages: ReadonlyMap<string, readonly string[]>;
    }
  | { readonly kind: 'add'; readonly list: RelatedList }
  | { readonly kind: 'rights'; readonly tab: RightsTab }
  | { readonly kind: 'merge' }
  | { readonly kind: 'action'; readonly action: ScreenAction };

/** More of them stand in the menu, where all of them are. */
const SHOWN_ACTIONS = 2;

const problemText = ({ message, issues }: ApiProblem): string => issues.map((issue) => issue.message).join(' ') || message;

/** @summary One record, from its layout: highlights, stage path, sections, related lists and history. */
export class FsRecordPage extends LitElement {
  static override styles = [valueStyles, stateStyles, recordPageStyles];

  @property({ attribute: false }) screen!: Screen;
  @property() name = '';
  @property() recordId = '';
  /** Address of the list the person came from. */
  @property() backTo = '';

  @state() private open: Open | null = null;
  @state() private side: Side = 'related';
  @query('fs-menu') private menu!: FsMenu;
  private page = new QueryController<RecordPage>(this, { queryKey: ['record'], enabled: false });
  private stages = new QueryController<Stage[]>(this, { queryKey: ['stages'], enabled: false });
  private stops: (() => void)[] = [];

  override connectedCallback() {
    super.connectedCallback();
    const scope = t('keys.record');
    this.stops.push(
      addShortcuts([
        { keys: 'e', label: t('keys.edit'), scope, run: () => this.edit() },
        { keys: 'b', label: t('keys.back'), scope, run: () => navigate(this.listPath()) },
      ]),
      onServerEvent((event) => {
        if (event.type === 'metadata.published') return;
        if (event.type === 'reset') return void this.reload();
        const isThis = event.object === this.name && event.id === this.recordId;
        if (isThis && event.type === 'record.updated' && !event.computed && event.version <= (this.record?.version ?? 0)) return;
        const isRelated = this.lists().some((list) => list.object.name === event.object);
        if (!isThis && !isRelated) return;
        void queries.invalidateQueries({ queryKey: ['record', this.name, this.recordId] });
        if (isThis && event.type === 'record.updated' && !event.computed) announce(t('record.refreshed'));
      }),
    );
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.stops.forEach((stop) => stop());
    this.stops = [];
  }

  private get object(): ScreenObject | undefined {
    return this.screen.object(this.name);
  }

  private get layout() {
    return this.object && layoutOf(this.object, t('record.details'), this.record?.['record_type']);
  }

  /** Layouts that the record may turn out to have: which one is known when it is there. */
  private layouts(object: ScreenObject) {
    const types = [undefined, ...(object.recordTypes ?? []).map((type) => type.id)];
    return [...new Set(types.map((type) => layoutOf(object, t('record.details'), type)))];
  }

  private get record(): RecordBody | undefined {
    return this.page.result.data?.record;
  }

  private lists(): RelatedList[] {
    return this.object && this.layout ? relatedLists(this.screen, this.object, this.layout) : [];
  }

  override willUpdate(changed: Map<string, unknown>) {
    // What is not on the page at first comes when it is wanted; the elements wake up by themselves.
    if (this.open?.kind === 'edit' || this.open?.kind === 'add') void import('./forms-part.js');
    if (this.object && this.sideShown() !== 'related') void import('../history/history-part.js');
    const { object, layout, screen, recordId } = this;
    if (!object || !layout) return;
    if (changed.has('recordId') && changed.get('recordId') !== undefined) this.open = null;
    this.page.set({
      queryKey: ['record', object.name, recordId, screen.revision],
      queryFn: () => readRecordPage(screen, object, this.layouts(object), recordId),
      placeholderData: (before) => (before?.record.id === recordId ? before : undefined),
    });
    const { record } = this;
    const path = this.pathField();
    this.stages.set({
      queryKey: ['stages', object.name, path?.name, record?.id, record?.version, screen.revision],
      queryFn: () => (path && record ? readStages(screen, object, path, record) : Promise.resolve([])),
      enabled: path !== undefined && record !== undefined,
      placeholderData: (before) => before,
    });
    if (record) document.title = `${titleOf(object, record)} · ${object.label} · Fieldstone`;
  }

  private pathField() {
    return this.layout?.path === undefined ? undefined : this.screen.field(this.name, this.layout.path);
  }

  private listPath() {
    return this.backTo.startsWith(objectPath(this.name)) ? this.backTo : objectPath(this.name);
  }

  private edit(values: Values = {}, messages: ReadonlyMap<string, readonly string[]> = new Map()) {
    if (this.record && this.object?.access.update) this.open = { kind: 'edit', record: this.record, values, messages };
  }

  private async reload() {
    await queries.invalidateQueries({ queryKey: ['record', this.name, this.recordId] });
  }

  private async moveTo(event: CustomEvent<string>) {
    const { object, record, screen } = this;
    const field = this.pathField();
    if (!object || !record || !field) return;
    const stage = this.stages.result.data?.find((s) => s.id === event.detail);
    const values = { ...record, [field.name]: stage?.value ?? event.detail };
    try {
      await saveChanges(object, record, changesOf(object, record, values), values, askAbout(screen, object));
      offerUndo(t('record.saved', { name: titleOf(object, record) }));
      await this.reload();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      // The form takes the change over, with what is missing for it.
      this.edit({ [field.name]: values[field.name] }, messagesByField(error));
    }
  }

  private more(event: Event) {
    const access = this.object?.access;
    const { object, record } = this;
    const actions = object && record ? offeredActions(this.screen, object, record) : [];
    const items = [
      ...actions.map(({ name, label, icon = 'zap' }) => ({ value: `action ${name}`, label, icon })),
      ...(access?.actions.includes('share') === true ? [{ value: 'shares', label: t('record.share'), icon: 'user-plus' }] : []),
      ...(this.screen.capabilities.has('explain_access') ? [{ value: 'who', label: t('record.who'), icon: 'users' }] : []),
      { value: 'mine', label: t('record.mine'), icon: 'shield' },
      { value: 'link', label: t('record.link'), icon: 'link' },
      ...(access?.create ? [{ value: 'duplicate', label: t('record.duplicate'), icon: 'copy' }] : []),
      ...(access?.update && access.delete && access.actions.includes('merge')
        ? [{ value: 'merge', label: t('record.merge'), icon: 'git-merge' }]
        : []),
      ...(access?.delete ? [{ value: 'delete', label: t('record.delete'), icon: 'trash-2' }] : []),
    ];
    void this.menu.show(event.currentTarget as HTMLElement, t('record.more'), items, (value) => {
      const action = actions.find(({ name }) => value === `action ${name}`);
      if (action) void this.begin(action);
      else if (value === 'delete') void this.deleteThis();
      else if (value === 'duplicate') void this.duplicate();
      else if (value === 'merge') void this.showDialog({ kind: 'merge' }, import('../undo/merge-part.js'));
      else if (value !== 'link') void this.showRights(value as RightsTab);
      else void navigator.clipboard.writeText(location.href).then(() => showToast({ text: t('record.linked'), tone: 'info' }));
    });
  }

  /** Asks for what an action needs; one that asks for nothing and explains nothing is run at once. */
  private async begin(action: ScreenAction) {
    const { object, record } = this;
    if (!object || !record) return;
    if (action.inputs.length > 0 || action.description !== undefined) {
      const parts = Promise.all([loadEditors(), import('../actions/actions-part.js')]).catch(() => [false]);
      if ((await parts)[0] === true) this.open = { kind: 'action', action };
      else showToast({ text: t('state.offline.title'), tone: 'danger' });
      return;
    }
    try {
      await runAction(object.name, record.id, action.name, {}, crypto.randomUUID());
      await this.done(action);
    } catch (error) {
      showToast({ text: error instanceof ApiProblem ? problemText(error) : String(error), tone: 'danger' });
    }
  }

  private async done({ label }: ScreenAction) {
    offerUndo(t('record.actionDone', { action: label }));
    await this.reload();
  }

  private showRights(tab: RightsTab) {
    return this.showDialog({ kind: 'rights', tab }, import('../rights/rights-part.js'));
  }

  private async showDialog(open: Open, part: Promise<unknown>) {
    try {
      await part;
      this.open = open;
    } catch {
      showToast({ text: t('state.offline.title'), tone: 'danger' });
    }
  }

  /** Opens a new record that is filled in like this one; nothing is made before it is saved. */
  private async duplicate() {
    const { object, recordId } = this;
    if (!object) return;
    try {
      // The page shows what its layout names; a copy has everything.
      const record = await readRecord(object.name, recordId);
      const copied = object.fields.filter((field) => field.editable && field.isOwn !== true && field.name in record);
      const values = Object.fromEntries(copied.map(({ name }) => [name, record[name]]));
      this.dispatchEvent(new CustomEvent('fs-new-record', { detail: { object: object.name, values }, bubbles: true, composed: true }));
    } catch (error) {
      showToast({ text: error instanceof Error ? error.message : String(error), tone: 'danger' });
    }
  }

  private async deleteThis() {
    const { object, record } = this;
    if (!object || !record) return;
    const name = titleOf(object, record);
    try {
      await deleteRecord(object.name, record.id);
    } catch (error) {
      return void showToast({ text: error instanceof Error ? error.message : String(error), tone: 'danger' });
    }
    const path = recordPath(object.name, record.id);
    navigate(this.listPath());
    offerUndo(t('record.deleted', { name }), () => navigate(path));
  }

  private highlights(object: ScreenObject, record: RecordBody) {
    const fields = fieldsAt(this.screen, object.name, this.layout?.highlights ?? []);
    if (fields.length === 0) return nothing;
    return html`<dl class="highlights">
      ${fields.map((at) => {
        const value = valueAt(record, at.path);
        const shown = fieldScreen(at.field).view(value, { field: at.field, screen: this.screen });
        return html`<div>
          <dt>${at.label}</dt>
          <dd>${shown === '' || value === null ? t('field.none') : shown}</dd>
        </div>`;
      })}
    </dl>`;
  }

  /** Stages that no legal move leads to, with the reason. What is only missing for a move is asked for after it. */
  private barredStages(
    object: ScreenObject,
    record: RecordBody,
    field: ScreenField,
    stages: readonly Stage[],
  ): ReadonlyMap<string, string> {
    const judged = { ...object, validations: object.validations.filter((rule) => rule.narrows === true && rule.field === field.name) };
    return new Map(
      stages.flatMap(({ id, value }): [string, string][] => {
        const broken = brokenRules(this.screen, judged, record, { ...record, [field.name]: value });
        return broken.length === 0 ? [] : [[id, broken.map(({ message }) => message).join(' ')]];
      }),
    );
  }

  private stagePath(object: ScreenObject, record: RecordBody) {
    const field = this.pathField();
    const stages = this.stages.result.data ?? [];
    if (!field || stages.length === 0) return nothing;
    const value = record[field.name];
    return html`<fs-stage-path
      label=${field.label}
      .stages=${stages}
      current=${asLookup(value)?.id ?? String(value ?? '')}
      .barred=${this.barredStages(object, record, field, stages)}
      ?disabled=${!field.editable || !object.access.update}
      @fs-stage=${this.moveTo}
    ></fs-stage-path>`;
  }

  private sideShown(): Side {
    return this.side === 'related' && this.lists().length === 0 ? 'timeline' : this.side;
  }

  private sidePanel(object: ScreenObject, data: RecordPage) {
    const lists = this.lists();
    const tabs = SIDES.filter((tab) => tab !== 'related' || lists.length > 0);
    const side = this.sideShown();
    const choose = (event: KeyboardEvent) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step === undefined) return;
      this.side = tabs[(tabs.indexOf(side) + step + tabs.length) % tabs.length] ?? side;
      void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus());
    };
    return html`<aside class="panel" aria-label=${t('record.related')}>
      <div role="tablist" aria-label=${t('record.related')} @keydown=${choose}>
        ${tabs.map(
          (tab) =>
            html`<button
              role="tab"
              id="tab-${tab}"
              aria-selected=${tab === side}
              aria-controls="side"
              tabindex=${tab === side ? 0 : -1}
              @click=${() => (this.side = tab)}
            >
              ${t(tab === 'related' ? 'record.related' : `${tab}.title`)}
            </button>`,
        )}
      </div>
      <div role="tabpanel" id="side" aria-labelledby="tab-${side}">
        ${
          side === 'history'
            ? html`<fs-history
                .screen=${this.screen}
                .object=${object}
                .recordId=${this.recordId}
                .version=${data.record.version}
                @fs-saved=${this.reload}
              ></fs-history>`
            : side === 'timeline'
              ? html`<fs-timeline .screen=${this.screen} .object=${object} .recordId=${this.recordId}></fs-timeline>`
              : lists.map(
                  (list) =>
                    html`<fs-related-list
                      .screen=${this.screen}
                      .list=${list}
                      .page=${data.related[list.id] ?? { data: [], hasMore: false }}
                      recordId=${this.recordId}
                      @fs-add=${() => (this.open = { kind: 'add', list })}
                    ></fs-related-list>`,
                )
        }
      </div>
    </aside>`;
  }

  private linkFrom(list: RelatedList, object: ScreenObject, record: RecordBody) {
    const link = { id: record.id, label: titleOf(object, record) };
    const field = this.screen.field(list.object.name, list.field);
    return (field && fieldScreen(field).fromLink?.(link, object.name)) ?? link;
  }

  private dialog(object: ScreenObject, record: RecordBody) {
    const close = () => (this.open = null);
    if (this.open?.kind === 'edit') {
      return html`<fs-record-dialog
        .screen=${this.screen}
        name=${object.name}
        .record=${this.open.record}
        .prefill=${this.open.values}
        .messages=${this.open.messages}
        @fs-close=${close}
        @fs-saved=${this.reload}
      ></fs-record-dialog>`;
    }
    if (this.open?.kind === 'add') {
      const { list } = this.open;
      return html`<fs-record-dialog
        .screen=${this.screen}
        name=${list.object.name}
        .prefill=${{ [list.field]: this.linkFrom(list, object, record) }}
        stay
        @fs-close=${close}
        @fs-saved=${this.reload}
      ></fs-record-dialog>`;
    }
    if (this.open?.kind === 'action') {
      const { action } = this.open;
      return html`<fs-action-dialog
        .screen=${this.screen}
        .object=${object}
        .record=${record}
        .action=${action}
        @fs-close=${close}
        @fs-done=${() => this.done(action)}
      ></fs-action-dialog>`;
    }
    if (this.open?.kind === 'rights') {
      return html`<fs-rights-dialog
        .screen=${this.screen}
        .object=${object}
        .record=${record}
        tab=${this.open.tab}
        @fs-close=${close}
      ></fs-rights-dialog>`;
    }
    if (this.open?.kind === 'merge') {
      return html`<fs-merge-dialog
        .screen=${this.screen}
        .object=${object}
        .record=${record}
        @fs-close=${close}
        @fs-saved=${this.reload}
      ></fs-merge-dialog>`;
    }
    return nothing;
  }

  /** A record that was merged says where it went. */
  private missing(object: ScreenObject, error: unknown) {
    const into = error instanceof ApiProblem ? asLookup(error.body['mergedInto']) : undefined;
    if (!into) return failureState(error, () => void this.page.result.refetch(), true);
    const open = { label: into.label ?? t('keys.open'), run: () => navigate(recordPath(object.name, into.id), { replace: true }) };
    return pageState('git-merge', t('record.gone'), (error as ApiProblem).message, open, true);
  }

  override render() {
    const { object } = this;
    const { data, error } = this.page.result;
    if (!object) return pageState('search', t('state.object.title'), t('state.object.text'), undefined, true);
    if (!data) return error ? this.missing(object, error) : html`<div class="busy" aria-busy="true"></div>`;
    const { record } = data;
    const { me } = this.screen;
    const updatedAt = record['updated_at'];
    return html`<header>
        <a class="back" href=${this.listPath()}><fs-icon name="arrow-left"></fs-icon>${object.pluralLabel}</a>
        <div class="title">
          <span class="mark"><fs-icon name=${object.icon}></fs-icon></span>
          <h1>${titleOf(object, record)}</h1>
          ${offeredActions(this.screen, object, record)
            .slice(0, SHOWN_ACTIONS)
            .map(
              (action) =>
                html`<fs-button class="offered" icon=${action.icon ?? 'zap'} @click=${() => void this.begin(action)}
                  >${action.label}</fs-button
                >`,
            )}
          ${
            object.access.update
              ? html`<fs-button icon="pencil" keys="e" @click=${() => this.edit()}>${t('record.edit')}</fs-button>`
              : html`<fs-button icon="lock" has-popup="dialog" @click=${() => void this.showRights('mine')}
                  >${t('record.readOnly')}</fs-button
                >`
          }
          <fs-button icon="ellipsis" label=${t('record.more')} has-popup="menu" @click=${this.more}></fs-button>
        </div>
        ${
          typeof updatedAt === 'string'
            ? html`<p class="updated">
                ${t('record.updated', { ago: formatAgo(updatedAt, me), by: referenceText(record['updated_by']) || t('history.system') })}
              </p>`
            : nothing
        }
        ${this.highlights(object, record)} ${this.stagePath(object, record)}
      </header>
      <div class="body">
        <fs-field-list
          class="panel"
          .screen=${this.screen}
          .object=${object}
          .record=${record}
          ?editable=${object.access.update}
          @fs-saved=${this.reload}
          @fs-refused=${(event: CustomEvent<{ values: Values; messages: ReadonlyMap<string, readonly string[]> }>) =>
            this.edit(event.detail.values, event.detail.messages)}
        ></fs-field-list>
        ${this.sidePanel(object, data)}
      </div>
      <fs-menu></fs-menu>
      ${this.dialog(object, record)}`;
  }
}

customElements.define('fs-record-page', FsRecordPage);
