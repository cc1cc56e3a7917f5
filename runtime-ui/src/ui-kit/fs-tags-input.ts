import './fs-icon.js';
import { css, html, nothing } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { FsControl } from './control.js';

/**
 * @summary Words as chips. Enter, a comma or leaving the input makes a chip of what was typed; Backspace in the empty input takes the last away.
 *
 * @event fs-change - The words changed; `detail` is the list.
 */
export class FsTagsInput extends FsControl {
  static override styles = [
    FsControl.controlStyles,
    css`
      label {
        display: block;
        font: var(--fs-font-13);
        font-weight: 500;
        margin-bottom: 3px;
      }
      .required::after {
        content: ' *';
        color: var(--fs-danger-text);
      }
      .box {
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
        align-items: center;
        min-height: var(--fs-control);
        padding: 3px 6px;
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
      ul {
        display: contents;
      }
      li {
        display: inline-flex;
        align-items: center;
        max-width: 100%;
        padding-inline-start: 8px;
        border-radius: 10px;
        font: var(--fs-font-12);
        background: var(--fs-neutral-soft);
        color: var(--fs-neutral-text);
        overflow-wrap: anywhere;
      }
      input {
        flex: 1;
        min-width: 90px;
        height: 24px;
        border: 0;
        font: var(--fs-font-14);
        color: var(--fs-text);
        background: transparent;
        outline: none;
      }
      button {
        border: 0;
        background: none;
        color: inherit;
        min-width: 24px;
        height: 24px;
        cursor: pointer;
      }
      button:focus-visible {
        outline: var(--fs-focus);
        border-radius: var(--fs-radius-s);
      }
      .help {
        color: var(--fs-text-muted);
        font: var(--fs-font-12);
        margin-top: 2px;
      }
    `,
  ];

  @property({ attribute: false }) value: readonly string[] = [];
  /** How a word is kept. */
  @property({ attribute: false }) tidy: (text: string) => string = (text) => text.trim();
  @property() placeholder = '';
  /** Name of the button that takes a word away. */
  @property({ attribute: false }) removeLabel: (word: string) => string = (word) => word;

  @state() private text = '';
  @query('input') private input!: HTMLInputElement;

  override focus() {
    this.input?.focus();
  }

  private set(words: readonly string[]) {
    this.value = words;
    this.emit(words);
  }

  /** Several at once when they were pasted. */
  private add(text: string) {
    const words = text.split(/[,;\n\t]/).map((word) => this.tidy(word));
    const next = [...new Set([...this.value, ...words.filter((word) => word !== '')])];
    this.text = '';
    if (next.length !== this.value.length) this.set(next);
  }

  private typed() {
    this.text = this.input.value;
    if (/[,;\n\t]/.test(this.text)) this.add(this.text);
  }

  private keyed(event: KeyboardEvent) {
    if (event.key === 'Enter' && !event.isComposing && this.text.trim() !== '') {
      event.preventDefault();
      this.add(this.text);
    } else if (event.key === 'Backspace' && this.text === '' && this.value.length > 0) this.set(this.value.slice(0, -1));
  }

  private takeAway(word: string) {
    this.set(this.value.filter((other) => other !== word));
    this.input.focus();
  }

  override render() {
    const described = this.error !== '' || this.help !== '' ? 'message' : nothing;
    return html`<label for="input" class=${this.required ? 'required' : ''}>${this.label}</label>
      <div class="box ${this.error === '' ? '' : 'invalid'}">
        ${
          this.value.length === 0
            ? nothing
            : html`<ul role="list" aria-label=${this.label}>
                ${this.value.map(
                  (word) =>
                    html`<li>
                      ${word}<button
                        type="button"
                        aria-label=${this.removeLabel(word)}
                        ?disabled=${this.disabled}
                        @click=${() => this.takeAway(word)}
                      >
                        <fs-icon name="x"></fs-icon>
                      </button>
                    </li>`,
                )}
              </ul>`
        }
        <input
          id="input"
          autocomplete="off"
          aria-required=${this.required}
          aria-invalid=${this.error !== ''}
          aria-describedby=${described}
          placeholder=${this.value.length === 0 ? this.placeholder : ''}
          ?disabled=${this.disabled}
          .value=${live(this.text)}
          @input=${this.typed}
          @keydown=${this.keyed}
          @blur=${() => this.add(this.text)}
        />
      </div>
      ${
        this.error !== ''
          ? html`<span class="error" id="message">${this.error}</span>`
          : this.help !== ''
            ? html`<div class="help" id="message">${this.help}</div>`
            : nothing
      }`;
  }
}

customElements.define('fs-tags-input', FsTagsInput);
