import '@shoelace-style/shoelace/dist/components/popup/popup.js';
import './fs-icon.js';
import { css, html, nothing } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { FsControl } from './control.js';

export type Option = { readonly id: string; readonly label: string };

/**
 * @summary A choice among things that are searched for while typing.
 *
 * Shape: `search` answers the matches of a text, the first ones for ''. Its failure is shown in the list.
 *
 * @event fs-change - The choice changed; `detail` is the option, or null.
 */
export class FsCombobox extends FsControl {
  static override styles = [
    FsControl.controlStyles,
    css`
      label {
        display: block;
        font: var(--fs-font-13);
        font-weight: 500;
        margin-bottom: 3px;
      }
      label.bare {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      .required::after {
        content: ' *';
        color: var(--fs-danger-text);
      }
      .box {
        display: flex;
        align-items: center;
        height: var(--fs-control);
        border: 1px solid var(--fs-line-strong);
        border-radius: var(--fs-radius-m);
        background: var(--fs-surface);
      }
      .box:focus-within {
        border-color: var(--fs-accent);
        box-shadow: 0 0 0 1px var(--fs-accent);
      }
      .box.invalid {
        border-color: var(--fs-danger);
      }
      input {
        flex: 1;
        min-width: 0;
        height: 100%;
        border: 0;
        padding: 0 10px;
        font: var(--fs-font-14);
        color: var(--fs-text);
        background: transparent;
        outline: none;
        text-overflow: ellipsis;
      }
      input::placeholder {
        color: var(--fs-text-muted);
        opacity: 1;
      }
      button {
        border: 0;
        background: none;
        color: var(--fs-text-muted);
        padding: 0 8px;
        height: 100%;
        min-width: 28px;
        cursor: pointer;
      }
      [role='listbox'] {
        background: var(--fs-raised);
        border: 1px solid var(--fs-line);
        border-radius: var(--fs-radius-m);
        box-shadow: var(--fs-shadow-2);
        margin: 0;
        padding: 4px;
        max-height: 280px;
        overflow: auto;
        min-width: 220px;
      }
      [role='option'] {
        padding: 6px 10px;
        border-radius: var(--fs-radius-s);
        cursor: pointer;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      [role='option'][data-active] {
        background: var(--fs-accent-soft);
        color: var(--fs-accent-text);
      }
      .note {
        padding: 8px 10px;
        color: var(--fs-text-muted);
        font: var(--fs-font-13);
      }
      .help {
        color: var(--fs-text-muted);
        font: var(--fs-font-12);
        margin-top: 2px;
      }
      sl-popup::part(popup) {
        z-index: 960;
      }
    `,
  ];

  @property({ attribute: false }) value: Option | null = null;
  @property({ attribute: false }) search: (text: string) => Promise<readonly Option[]> = () => Promise.resolve([]);
  @property() placeholder = '';
  @property({ attribute: 'empty-text' }) emptyText = '';
  @property({ attribute: 'clear-label' }) clearLabel = 'Clear';
  @property({ type: Boolean }) bare = false;
  @property({ type: Boolean }) clearable = true;

  @state() private text: string | null = null;
  @state() private options: readonly Option[] = [];
  @state() private open = false;
  /** What is offered is not what was typed: it is still being looked for. */
  @state() private busy = false;
  @state() private failed = '';
  @state() private active = 0;
  @query('input') private input!: HTMLInputElement;
  private asked = 0;
  private timer = 0;
  /** Enter was pressed before what was typed had been found: if there is only one, it is what was meant. */
  private isMeant = false;

  /** A dialog asks for it when it opens; the box may not be drawn yet. */
  override focus() {
    if (this.input) this.input.focus();
    else void this.updateComplete.then(() => this.input.focus());
  }

  private async find(text: string) {
    const turn = ++this.asked;
    this.failed = '';
    try {
      const options = await this.search(text);
      if (turn !== this.asked) return;
      this.options = options;
      this.active = 0;
      const [only] = options;
      if (this.isMeant && this.open && only && options.length === 1) this.choose(only);
    } catch (error) {
      if (turn === this.asked) this.failed = error instanceof Error ? error.message : String(error);
    }
    if (turn === this.asked) this.busy = false;
  }

  private show(text: string) {
    this.open = true;
    // From the first letter on: Enter must not take what was offered for what stood there before.
    this.busy = true;
    this.isMeant = false;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.find(text), text === '' ? 0 : 160);
  }

  private typed() {
    this.text = this.input.value;
    this.show(this.text);
  }

  private choose(option: Option | null) {
    this.value = option;
    this.text = null;
    this.open = false;
    this.emit(option);
  }

  private left() {
    window.clearTimeout(this.timer);
    this.open = false;
    // Text that was emptied means no choice; other text that was not chosen is dropped.
    if (this.text === '' && this.value !== null && this.clearable) this.choose(null);
    this.text = null;
  }

  private keyed(event: KeyboardEvent) {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined) {
      event.preventDefault();
      if (!this.open) return this.show('');
      const count = this.options.length;
      if (count > 0) this.active = (this.active + move + count) % count;
    } else if (event.key === 'Enter' && this.open) {
      event.preventDefault();
      const option = this.options[this.active];
      if (this.busy) this.isMeant = true;
      else if (option) this.choose(option);
    } else if (event.key === 'Escape' && this.open) {
      event.preventDefault();
      event.stopPropagation();
      this.open = false;
      this.text = null;
    }
  }

  override updated() {
    this.renderRoot.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' });
  }

  private list() {
    if (this.failed) return html`<div class="note">${this.failed}</div>`;
    if (this.options.length === 0) return html`<div class="note">${this.busy ? '…' : this.emptyText}</div>`;
    return this.options.map(
      (option, index) =>
        html`<div
          role="option"
          id="option-${index}"
          aria-selected=${option.id === this.value?.id}
          ?data-active=${index === this.active}
          @pointerdown=${(event: Event) => {
            event.preventDefault();
            this.choose(option);
          }}
        >
          ${option.label}
        </div>`,
    );
  }

  override render() {
    const described = this.error || this.help;
    return html`<label for="input" class="${this.bare ? 'bare' : ''} ${this.required ? 'required' : ''}">${this.label}</label>
      <sl-popup placement="bottom-start" strategy="fixed" sync="width" distance="4" flip shift ?active=${this.open}>
        <div slot="anchor" class="box ${this.error ? 'invalid' : ''}">
          <input
            id="input"
            role="combobox"
            autocomplete="off"
            spellcheck="false"
            aria-autocomplete="list"
            aria-controls="list"
            aria-expanded=${this.open}
            aria-activedescendant=${this.open && this.options.length > 0 ? `option-${this.active}` : nothing}
            aria-invalid=${this.error ? 'true' : nothing}
            aria-required=${this.required ? 'true' : nothing}
            aria-describedby=${described ? 'message' : nothing}
            placeholder=${this.placeholder}
            ?disabled=${this.disabled}
            .value=${live(this.text ?? this.value?.label ?? '')}
            @input=${this.typed}
            @click=${() => this.show('')}
            @keydown=${this.keyed}
            @blur=${this.left}
          />
          ${
            this.value !== null && this.clearable && !this.disabled
              ? html`<button type="button" tabindex="-1" aria-label="${this.clearLabel} ${this.label}" @click=${() => this.choose(null)}>
                  <fs-icon name="x"></fs-icon>
                </button>`
              : nothing
          }
        </div>
        <div role="listbox" id="list" aria-label=${this.label}>${this.open ? this.list() : nothing}</div>
      </sl-popup>
      ${
        this.error
          ? html`<span class="error" id="message">${this.error}</span>`
          : this.help
            ? html`<div class="help" id="message">${this.help}</div>`
            : nothing
      }`;
  }
}

customElements.define('fs-combobox', FsCombobox);
