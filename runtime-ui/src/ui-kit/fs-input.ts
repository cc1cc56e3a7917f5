import '@shoelace-style/shoelace/dist/components/input/input.js';
import './kit-icons.js';
import './fs-icon.js';
import { css, html, nothing } from 'lit';
import { property, query } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import { live } from 'lit/directives/live.js';
import type SlInput from '@shoelace-style/shoelace/dist/components/input/input.component.js';
import { FsControl } from './control.js';

/**
 * @summary A one-line input with its label, help and error.
 *
 * @event fs-change - The text changed; `detail` is the text.
 */
export class FsInput extends FsControl {
  static override styles = [
    FsControl.controlStyles,
    css`
      sl-input.bare::part(form-control-label) {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
      sl-input.invalid::part(base) {
        border-color: var(--fs-danger);
      }
      sl-input.end::part(input) {
        text-align: end;
        font-variant-numeric: tabular-nums;
      }
      sl-input::part(form-control-label) {
        display: block;
        font: var(--fs-font-13);
        font-weight: 500;
        margin-bottom: 3px;
      }
    `,
  ];

  @property() value = '';
  @property() type: 'text' | 'email' | 'tel' | 'url' | 'password' | 'date' | 'time' | 'datetime-local' | 'search' = 'text';
  @property() inputmode: '' | 'decimal' | 'numeric' = '';
  @property() placeholder = '';
  @property() autocomplete = '';
  @property() icon = '';
  @property() suffix = '';
  @property({ type: Number }) maxlength = 0;
  @property({ type: Boolean }) clearable = false;
  /** The label is read out but not shown. */
  @property({ type: Boolean }) bare = false;
  /** Not called align: that attribute would move the label too. */
  @property() justify: 'start' | 'end' = 'start';

  @query('sl-input') private input!: SlInput;

  override focus() {
    this.input?.focus();
  }

  select() {
    this.input?.select();
  }

  override updated() {
    void this.markInner(this.input, 'input');
  }

  private changed() {
    this.value = this.input.value;
    this.emit(this.value);
  }

  private entered(event: KeyboardEvent) {
    if (event.key === 'Enter' && !event.isComposing) this.closest('form')?.requestSubmit();
  }

  override render() {
    return html`<sl-input
      class="${this.bare ? 'bare' : ''} ${this.error ? 'invalid' : ''} ${this.justify}"
      label=${this.label}
      type=${this.type}
      .value=${live(this.value)}
      placeholder=${this.placeholder}
      inputmode=${ifDefined(this.inputmode || undefined)}
      autocomplete=${ifDefined(this.autocomplete || undefined)}
      maxlength=${ifDefined(this.maxlength || undefined)}
      ?required=${this.required}
      ?disabled=${this.disabled}
      ?clearable=${this.clearable}
      @sl-input=${this.changed}
      @sl-clear=${this.changed}
      @keydown=${this.entered}
    >
      ${this.icon ? html`<fs-icon slot="prefix" name=${this.icon}></fs-icon>` : nothing}
      ${this.suffix ? html`<span slot="suffix">${this.suffix}</span>` : nothing} ${this.message()}
    </sl-input>`;
  }
}

customElements.define('fs-input', FsInput);
