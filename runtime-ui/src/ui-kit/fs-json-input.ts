import './fs-textarea.js';
import { css, html } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { FsControl } from './control.js';
import type { FsTextarea } from './fs-textarea.js';
import { jsonFault } from './json-fault.js';

type Place = { line: number; column: number };

/** A text that is no JSON yet, and what is wrong with it. */
export class BrokenJson {
  readonly text: string;
  readonly message: string;

  constructor(text: string, message: string) {
    this.text = text;
    this.message = message;
  }
}

/** The value of a text; null for none, and what is wrong where it is no JSON. */
export function readJson(text: string, fault: (place: Place) => string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return new BrokenJson(text, fault(jsonFault(text)));
  }
}

/**
 * @summary A JSON value as text.
 *
 * @event fs-change - The value changed; `detail` is the value, or a `BrokenJson` while the text is none.
 */
export class FsJsonInput extends FsControl {
  static override styles = [
    FsControl.controlStyles,
    css`
      fs-textarea {
        --sl-input-font-family: ui-monospace, Menlo, Consolas, monospace;
      }
    `,
  ];

  @property({ attribute: false }) value: unknown = null;
  @property({ attribute: false }) fault: (place: Place) => string = () => 'This is no JSON.';

  @state() private typed: string | null = null;
  @query('fs-textarea') private area!: FsTextarea;

  override focus() {
    this.area?.focus();
  }

  private change(event: CustomEvent<string>) {
    event.stopPropagation();
    this.typed = event.detail;
    this.value = readJson(event.detail, this.fault);
    this.emit(this.value);
  }

  private get text(): string {
    if (this.value === null || this.value === undefined) return '';
    return this.value instanceof BrokenJson ? this.value.text : JSON.stringify(this.value, null, 2);
  }

  override render() {
    return html`<fs-textarea
      label=${this.label}
      help=${this.help}
      error=${this.error}
      rows="6"
      ?required=${this.required}
      ?disabled=${this.disabled}
      .value=${this.typed ?? this.text}
      @fs-change=${this.change}
    ></fs-textarea>`;
  }
}

customElements.define('fs-json-input', FsJsonInput);
