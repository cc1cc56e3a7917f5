const text = `
.rich-dialog { --fs-dialog-width: 760px; }
.rich-toolbar { display: flex; flex-wrap: wrap; gap: 4px; padding-bottom: 8px; }
.rich-toolbar button, .rich-link button {
  min-width: 32px; height: 32px; padding: 0 8px; font: var(--fs-font-14); color: var(--fs-text);
  background: var(--fs-surface); border: 1px solid var(--fs-line-strong); border-radius: var(--fs-radius-s); cursor: pointer;
}
.rich-toolbar .bold { font-weight: 700; }
.rich-toolbar .italic { font-style: italic; }
.rich-toolbar button:hover { background: var(--fs-hover); }
.rich-toolbar button[aria-pressed='true'] { background: var(--fs-accent-soft); border-color: var(--fs-accent); color: var(--fs-accent-text); }
.rich-toolbar button[aria-disabled='true'] { color: var(--fs-text-muted); border-color: var(--fs-line); cursor: default; }
.rich-toolbar button:focus-visible, .rich-link :focus-visible { outline: var(--fs-focus); outline-offset: 1px; }
.rich-link { display: flex; flex-wrap: wrap; gap: 8px; padding-bottom: 8px; font: var(--fs-font-13); }
.rich-link label { display: flex; flex: 1; gap: 8px; align-items: center; }
.rich-link input { flex: 1; min-width: 0; height: 32px; padding: 0 8px; font: var(--fs-font-14); color: var(--fs-text); background: var(--fs-surface); border: 1px solid var(--fs-line-strong); border-radius: var(--fs-radius-s); }
.rich-editor {
  min-height: 220px; padding: 10px 12px; border: 1px solid var(--fs-line-strong); border-radius: var(--fs-radius-m);
  background: var(--fs-surface); color: var(--fs-text); font: var(--fs-font-14); outline: none;
  position: relative; white-space: break-spaces; overflow-wrap: anywhere; font-variant-ligatures: none;
}
.rich-editor:focus { border-color: var(--fs-accent); box-shadow: 0 0 0 1px var(--fs-accent); }
.rich-editor > :first-child { margin-top: 0; }
.rich-editor > :last-child { margin-bottom: 0; }
.rich-editor p { margin: 0 0 8px; }
.rich-editor h3 { font: var(--fs-font-16); font-weight: 600; margin: 12px 0 6px; }
.rich-editor h4 { font: var(--fs-font-14); font-weight: 600; margin: 10px 0 4px; }
.rich-editor ul, .rich-editor ol { margin: 0 0 8px; padding-inline-start: 22px; }
.rich-editor li p { margin: 0; }
.rich-editor blockquote { margin: 0 0 8px; padding-inline-start: 12px; border-inline-start: 3px solid var(--fs-line-strong); color: var(--fs-text-muted); }
.rich-editor code { font: 13px ui-monospace, Menlo, Consolas, monospace; background: var(--fs-sunken); border-radius: 3px; padding: 0 3px; }
.rich-editor pre { margin: 0 0 8px; padding: 8px 10px; background: var(--fs-sunken); border-radius: var(--fs-radius-s); white-space: pre-wrap; }
.rich-editor a { color: var(--fs-accent-text); }
.rich-editor img.ProseMirror-separator { display: inline !important; border: none !important; margin: 0 !important; width: 0 !important; height: 0 !important; }
`;

/** For the one part of the runtime that stands outside every shadow root. */
export const dialogStyles = new CSSStyleSheet();
dialogStyles.replaceSync(text);
