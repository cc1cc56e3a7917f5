import '@shoelace-style/shoelace/dist/components/checkbox/checkbox.js';
import './kit-icons.js';
import { css, html } from 'lit';
import { property, query } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type SlCheckbox from '@shoelace-style/shoelace/dist/components/checkbox/checkbox.component.js';
import { FsControl } from './control.js';

/**
 * @summary Yes or no.
 *
 * @event fs-change - It was changed; `detail` is true or false.
 */
export class FsCheckbox extends FsControl {
  static override styles = [
    FsControl.controlStyles,
    css`
      sl-checkbox {
        padding-block: 6px;
      }
    `,
  ];

  @property({ type: Boolean }) checked = false;
  @query('sl-checkbox') private box!: SlCheckbox;

  override focus() {
    this.box?.focus();
  }

  override updated() {
    void this.markInner(this.box, 'input');
  }

  private changed() {
    this.checked = this.box.checked;
    this.emit(this.checked);
  }

  override render() {
    return html`<sl-checkbox .checked=${live(this.checked)} ?disabled=${this.disabled} @sl-change=${this.changed}
      >${this.label}${this.message()}</sl-checkbox
    >`;
  }
}

customElements.define('fs-checkbox', FsCheckbox);
