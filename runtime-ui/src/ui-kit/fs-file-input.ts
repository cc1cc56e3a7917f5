import './fs-button.js';
import './fs-icon.js';
import { css, html, nothing } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { FsControl } from './control.js';

export type UploadedFile = { readonly id: string; readonly name: string; readonly size: number };

/**
 * @summary A file that is chosen or dropped, and sent at once.
 *
 * Shape: `upload` sends it and answers what was stored; its failure is shown here.
 *
 * @event fs-change - The file changed; `detail` is what `upload` answered, or null.
 */
export class FsFileInput extends FsControl {
  static override styles = [
    FsControl.controlStyles,
    css`
      .label {
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
        align-items: center;
        gap: 8px;
        min-height: var(--fs-control);
        padding: 4px 8px;
        border: 1px dashed var(--fs-line-strong);
        border-radius: var(--fs-radius-m);
        background: var(--fs-surface);
      }
      .box.over {
        border-color: var(--fs-accent);
        background: var(--fs-accent-soft);
      }
      .box.invalid {
        border-color: var(--fs-danger);
      }
      .name {
        flex: 1 1 120px;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        font: var(--fs-font-14);
      }
      .muted,
      .help {
        color: var(--fs-text-muted);
        font: var(--fs-font-13);
      }
      progress {
        flex: 1 1 100px;
        min-width: 60px;
        accent-color: var(--fs-accent);
      }
      input {
        display: none;
      }
      .help {
        font: var(--fs-font-12);
        margin-top: 2px;
      }
    `,
  ];

  @property({ attribute: false }) value: UploadedFile | null = null;
  @property({ attribute: false }) upload: (file: File, progress: (share: number) => void, signal: AbortSignal) => Promise<UploadedFile> =
    () => Promise.reject(new Error('nothing to send it with'));
  /** Types the dialog of the system offers first: "image/png,image/jpeg". */
  @property() accept = '';
  @property({ attribute: 'choose-label' }) chooseLabel = 'Choose a file';
  @property({ attribute: 'replace-label' }) replaceLabel = 'Replace';
  @property({ attribute: 'remove-label' }) removeLabel = 'Remove';
  @property({ attribute: 'stop-label' }) stopLabel = 'Stop';
  @property({ attribute: 'drop-text' }) dropText = '';
  @property({ attribute: 'sending-text' }) sendingText = '';
  @state() private share: number | null = null;
  @state() private sentName = '';
  @state() private failed = '';
  @state() private isOver = false;
  @query('input') private input!: HTMLInputElement;
  @query('fs-button') private button!: HTMLElement;
  private running: AbortController | undefined;
  private sent: Promise<boolean> = Promise.resolve(true);

  /** Waits for what is being sent; false when it could not be, or was stopped. */
  async settled(): Promise<boolean> {
    let isSent = true;
    // Another one may have been chosen instead meanwhile.
    while (this.share !== null) isSent = await this.sent;
    await this.updateComplete;
    return isSent;
  }

  override focus() {
    this.button?.focus();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.running?.abort();
  }

  private send(file: File | undefined) {
    if (file && !this.disabled) this.sent = this.sending(file);
  }

  private async sending(file: File): Promise<boolean> {
    this.running?.abort();
    const running = (this.running = new AbortController());
    this.share = 0;
    this.sentName = file.name;
    this.failed = '';
    try {
      const stored = await this.upload(file, (share) => (this.share = share), running.signal);
      if (running !== this.running) return false;
      this.value = stored;
      this.emit(stored);
      return true;
    } catch (error) {
      if (running === this.running && !running.signal.aborted) this.failed = error instanceof Error ? error.message : String(error);
      return false;
    } finally {
      if (running === this.running) this.share = null;
    }
  }

  private chosen() {
    const [file] = this.input.files ?? [];
    this.send(file);
    this.input.value = '';
  }

  private over(event: DragEvent) {
    if (this.disabled || event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    this.isOver = true;
  }

  private dropped(event: DragEvent) {
    event.preventDefault();
    this.isOver = false;
    this.send(event.dataTransfer?.files[0]);
  }

  private takeAway() {
    this.value = null;
    this.failed = '';
    this.emit(null);
    void this.updateComplete.then(() => this.focus());
  }

  private content() {
    if (this.share !== null) {
      return html`<span class="name">${this.sentName}</span>
        <progress max="1" .value=${this.share} aria-label="${this.sendingText} ${this.sentName}"></progress>
        <fs-button variant="quiet" @click=${() => this.running?.abort()}>${this.stopLabel}</fs-button>`;
    }
    const choose = html`<fs-button
      ?disabled=${this.disabled}
      label="${this.value ? this.replaceLabel : this.chooseLabel}: ${this.label}"
      @click=${() => this.input.click()}
      >${this.value ? this.replaceLabel : this.chooseLabel}</fs-button
    >`;
    if (this.value === null) return html`${choose}<span class="muted">${this.dropText}</span>`;
    return html`<span class="name">${this.value.name}</span>${choose}${
        this.required || this.disabled
          ? nothing
          : html`<fs-button variant="quiet" label="${this.removeLabel}: ${this.label}" @click=${this.takeAway}
              >${this.removeLabel}</fs-button
            >`
      }`;
  }

  override render() {
    const error = this.failed || this.error;
    return html`<span class="label ${this.required ? 'required' : ''}" id="label">${this.label}</span>
      <div
        class="box ${this.isOver ? 'over' : ''} ${error ? 'invalid' : ''}"
        role="group"
        aria-labelledby="label"
        aria-describedby=${error || this.help ? 'message' : nothing}
        @dragover=${this.over}
        @dragleave=${() => (this.isOver = false)}
        @drop=${this.dropped}
      >
        ${this.content()}
        <input type="file" tabindex="-1" aria-hidden="true" accept=${this.accept} @change=${this.chosen} />
      </div>
      ${
        error
          ? html`<span class="error" id="message" role="alert">${error}</span>`
          : this.help
            ? html`<div class="help" id="message">${this.help}</div>`
            : nothing
      }`;
  }
}

customElements.define('fs-file-input', FsFileInput);
