import '@shoelace-style/shoelace/dist/components/textarea/textarea.js';
import { css, html } from 'lit';
import { property, query } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import { live } from 'lit/directives/live.js';
import type SlTextarea from '@shoelace-style/shoelace/dist/components/textarea/textarea.component.js';
import { FsControl } from './control.js';

/**
 * @summary A text of several lines with its label, help and error.
 *
 * @event fs-change - The text changed; `detail` is the text.
 */
export class FsTextarea extends FsControl {
  static override styles = [
    FsControl.controlStyles,
    css`
      sl-textarea.invalid::part(base) {
        border-color: var(--fs-danger);
      }
      sl-textarea::part(form-control-label) {
        display: block;
        font: var(--fs-font-13);
        font-weight: 500;
        margin-bottom: 3px;
      }
    `,
  ];

  @property() value = '';
  @property({ type: Number }) maxlength = 0;
  @property({ type: Number }) rows = 4;

  @query('sl-textarea') private area!: SlTextarea;

  override focus() {
    this.area?.focus();
  }

  override updated() {
    void this.markInner(this.area, 'textarea');
  }

  private changed() {
    this.value = this.area.value;
    this.emit(this.value);
  }

  override render() {
    return html`<sl-textarea
      class=${this.error ? 'invalid' : ''}
      label=${this.label}
      rows=${this.rows}
      resize="vertical"
      .value=${live(this.value)}
      maxlength=${ifDefined(this.maxlength || undefined)}
      ?required=${this.required}
      ?disabled=${this.disabled}
      @sl-input=${this.changed}
      >${this.message()}</sl-textarea
    >`;
  }
}

customElements.define('fs-textarea', FsTextarea);
