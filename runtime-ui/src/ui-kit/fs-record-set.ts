import './fs-combobox.js';
import './fs-icon.js';
import { css, html, nothing } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { FsControl } from './control.js';
import type { FsCombobox, Option } from './fs-combobox.js';

/**
 * @summary A set of things that are searched for and added one by one; each can be taken away again.
 *
 * @event fs-change - The set changed; `detail` is the options in the order they were added.
 */
export class FsRecordSet extends FsControl {
  static override styles = [
    FsControl.controlStyles,
    css`
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
        list-style: none;
        margin: 4px 0 0;
        padding: 0;
      }
      li {
        display: inline-flex;
        align-items: center;
        max-width: 100%;
        border-radius: var(--fs-radius-m);
        background: var(--fs-neutral-soft);
        color: var(--fs-neutral-text);
        font: var(--fs-font-13);
        padding-inline-start: 8px;
      }
      li.alone {
        padding-inline-end: 8px;
      }
      li span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        line-height: 24px;
      }
      button {
        border: 0;
        background: none;
        color: inherit;
        min-width: 24px;
        min-height: 24px;
        padding: 0 6px;
        border-radius: var(--fs-radius-m);
        cursor: pointer;
      }
      button:focus-visible {
        outline: 2px solid var(--fs-accent);
        outline-offset: -2px;
      }
      .note {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
    `,
  ];

  @property({ attribute: false }) value: readonly Option[] = [];
  @property({ attribute: false }) search: (text: string) => Promise<readonly Option[]> = () => Promise.resolve([]);
  @property() placeholder = '';
  @property({ attribute: 'empty-text' }) emptyText = '';
  @property({ attribute: 'remove-label' }) removeLabel = 'Remove';
  /** Told to those who do not see the set; {{label}} stands for what was added or taken away. */
  @property({ attribute: 'added-text' }) addedText = '';
  @property({ attribute: 'removed-text' }) removedText = '';
  @state() private note = '';
  @query('fs-combobox') private box!: FsCombobox;

  override focus() {
    this.box?.focus();
  }

  private set(value: readonly Option[], text: string, label: string) {
    this.value = value;
    this.note = text.replace('{{label}}', label);
    this.emit(value);
  }

  private add(event: CustomEvent<Option | null>) {
    event.stopPropagation();
    const option = event.detail;
    // The box is for the next one: it stays empty.
    this.box.value = null;
    if (option !== null && !this.value.some(({ id }) => id === option.id)) this.set([...this.value, option], this.addedText, option.label);
  }

  private takeAway(option: Option) {
    this.set(
      this.value.filter(({ id }) => id !== option.id),
      this.removedText,
      option.label,
    );
    // The button that had the focus is gone.
    this.focus();
  }

  override render() {
    const open = async (text: string) => {
      const chosen = new Set(this.value.map(({ id }) => id));
      return (await this.search(text)).filter(({ id }) => !chosen.has(id));
    };
    return html`<fs-combobox
        label=${this.label}
        help=${this.help}
        error=${this.error}
        placeholder=${this.placeholder}
        empty-text=${this.emptyText}
        ?required=${this.required}
        ?disabled=${this.disabled}
        .clearable=${false}
        .value=${null}
        .search=${open}
        @fs-change=${this.add}
      ></fs-combobox>
      ${
        this.value.length === 0
          ? nothing
          : html`<ul aria-label=${this.label}>
              ${this.value.map(
                (option) =>
                  html`<li class=${this.disabled ? 'alone' : ''}>
                    <span>${option.label}</span>
                    ${
                      this.disabled
                        ? nothing
                        : html`<button type="button" aria-label="${this.removeLabel} ${option.label}" @click=${() => this.takeAway(option)}>
                            <fs-icon name="x"></fs-icon>
                          </button>`
                    }
                  </li>`,
              )}
            </ul>`
      }
      <span class="note" role="status">${this.note}</span>`;
  }
}

customElements.define('fs-record-set', FsRecordSet);
