import '../ui-kit/fs-button.js';
import '../ui-kit/fs-icon.js';
import { LitElement, css, html, nothing } from 'lit';
import { property } from 'lit/decorators.js';
import type { RecordBody } from '@fieldstone/metadata/types/wire.js';
import type { RelatedPage } from '../api/records.js';
import { objectPath, recordPath } from '../app/router.js';
import { fieldScreen } from '../fields/registry.js';
import { fieldsAt, valueAt, type Screen } from '../model/screen.js';
import { t } from '../texts/text.js';
import { valueStyles } from '../ui-kit/shared-styles.js';
import type { RelatedList } from './record-query.js';

/**
 * @summary Records that point to the one on the page.
 *
 * @event fs-add - The person wants to add one.
 */
export class FsRelatedList extends LitElement {
  static override styles = [
    valueStyles,
    css`
      :host {
        display: block;
        border-bottom: 1px solid var(--fs-line);
      }
      header {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 10px 10px 6px 16px;
      }
      h3 {
        flex: 1;
        margin: 0;
        font: var(--fs-font-14);
        font-weight: 600;
      }
      h3 fs-icon {
        color: var(--fs-text-muted);
        margin-inline-end: 6px;
      }
      .count {
        color: var(--fs-text-muted);
        font-weight: 400;
      }
      .scroll {
        overflow-x: auto;
        padding-bottom: 8px;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        font: var(--fs-font-13);
      }
      th {
        text-align: start;
        font: var(--fs-font-12);
        font-weight: 500;
        color: var(--fs-text-muted);
        padding: 2px 8px;
        white-space: nowrap;
      }
      td {
        padding: 5px 8px;
        border-top: 1px solid var(--fs-line);
        max-width: 190px;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      th:first-child,
      td:first-child {
        padding-inline-start: 16px;
      }
      td.end,
      th.end {
        text-align: end;
        font-variant-numeric: tabular-nums;
      }
      td a.record {
        color: var(--fs-text);
        font-weight: 550;
        text-decoration: none;
      }
      td a.record:hover {
        text-decoration: underline;
      }
      .long {
        white-space: nowrap;
      }
      p {
        margin: 0;
        padding: 2px 16px 14px;
        color: var(--fs-text-muted);
        font: var(--fs-font-13);
      }
      .all {
        display: inline-block;
        padding: 6px 16px;
        font: var(--fs-font-13);
      }
    `,
  ];

  @property({ attribute: false }) screen!: Screen;
  @property({ attribute: false }) list!: RelatedList;
  @property({ attribute: false }) page: RelatedPage = { data: [], hasMore: false };
  @property() recordId = '';

  private cell(record: RecordBody, path: string, index: number) {
    const [at] = fieldsAt(this.screen, this.list.object.name, [path]);
    if (!at) return nothing;
    const shown = fieldScreen(at.field);
    const viewing = { field: at.field, screen: this.screen };
    const value = valueAt(record, path);
    if (index > 0) return html`<td class=${shown.align}>${shown.view(value, viewing)}</td>`;
    return html`<td>
      <a class="record" href=${recordPath(this.list.object.name, record.id)}>${shown.text(value, viewing) || t('field.unnamed')}</a>
    </td>`;
  }

  private operator() {
    const field = this.screen.field(this.list.object.name, this.list.field);
    return field && fieldScreen(field).filter === 'records' ? 'links_to' : 'refers_to';
  }

  override render() {
    const { list, page } = this;
    const columns = fieldsAt(this.screen, list.object.name, list.columns);
    const all = objectPath(list.object.name, { filter: [{ field: list.field, op: this.operator(), value: this.recordId }] });
    return html`<header>
        <h3 id="title">
          <fs-icon name=${list.object.icon}></fs-icon>${list.label} <span class="count">${page.data.length}${page.hasMore ? '+' : ''}</span>
        </h3>
        ${
          list.object.access.create
            ? html`<fs-button
                variant="quiet"
                icon="plus"
                label=${t('record.related.new', { object: list.object.label })}
                @click=${() => this.dispatchEvent(new CustomEvent('fs-add', { bubbles: true, composed: true }))}
              ></fs-button>`
            : nothing
        }
      </header>
      ${
        page.data.length === 0
          ? html`<p>${t('record.related.empty')}</p>`
          : html`<div class="scroll" role="group" aria-labelledby="title" tabindex="0">
              <table aria-labelledby="title">
                <thead>
                  <tr>
                    ${columns.map((at) => html`<th scope="col" class=${fieldScreen(at.field).align}>${at.label}</th>`)}
                  </tr>
                </thead>
                <tbody>
                  ${page.data.map(
                    (record) =>
                      html`<tr>
                        ${list.columns.map((path, index) => this.cell(record, path, index))}
                      </tr>`,
                  )}
                </tbody>
              </table>
            </div>`
      }
      ${page.hasMore ? html`<a class="link all" href=${all}>${t('record.related.all')}</a>` : nothing}`;
  }
}

customElements.define('fs-related-list', FsRelatedList);
