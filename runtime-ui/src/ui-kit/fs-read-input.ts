import './fs-input.js';
import { html } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { FsControl } from './control.js';
import type { FsInput } from './fs-input.js';

/**
 * @summary A one-line input for a value that people write in words of their own. What was typed stands there until the input is left; then the
 * value stands there as it is usually written.
 *
 * Shape: `read` gives the value of a text, or the text itself when it means nothing; `write` is the way back.
 *
 * @event fs-change - The value changed; `detail` is the value.
 */
export class FsReadInput extends FsControl {
  static override styles = FsControl.controlStyles;

  @property({ attribute: false }) value: unknown = null;
  @property({ attribute: false }) read: (text: string) => unknown = (text) => text;
  @property({ attribute: false }) write: (value: unknown) => string = String;
  @property() placeholder = '';
  @property() inputmode: FsInput['inputmode'] = '';
  @property() justify: FsInput['justify'] = 'start';
  @property({ type: Boolean }) bare = false;

  @state() private typed: string | null = null;
  @query('fs-input') private input!: FsInput;

  override focus() {
    this.input?.focus();
  }

  private change(event: CustomEvent<string>) {
    event.stopPropagation();
    this.typed = event.detail;
    this.value = this.read(event.detail);
    this.emit(this.value);
  }

  override render() {
    return html`<fs-input
      label=${this.label}
      help=${this.help}
      error=${this.error}
      placeholder=${this.placeholder}
      inputmode=${this.inputmode}
      justify=${this.justify}
      ?bare=${this.bare}
      ?required=${this.required}
      ?disabled=${this.disabled}
      .value=${this.typed ?? this.write(this.value)}
      @fs-change=${this.change}
      @focusout=${() => (this.typed = null)}
    ></fs-input>`;
  }
}

customElements.define('fs-read-input', FsReadInput);
