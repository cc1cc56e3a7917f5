import { css } from 'lit';

export const timelineStyles = css`
  :host {
    display: block;
    min-height: 120px;
  }
  .kinds {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    padding: 12px 16px 4px;
  }
  .kinds button {
    border: 1px solid var(--fs-line-strong);
    border-radius: 14px;
    background: none;
    padding: 3px 11px;
    color: var(--fs-text);
    font: var(--fs-font-13);
    cursor: pointer;
  }
  .kinds button:hover {
    background: var(--fs-hover);
  }
  .kinds button[aria-pressed='true'] {
    border-color: var(--fs-accent);
    background: var(--fs-accent-soft);
    color: var(--fs-accent-text);
  }
  .kinds button:focus-visible {
    outline: var(--fs-focus);
    outline-offset: 1px;
  }
  h3 {
    margin: 12px 16px 0;
    color: var(--fs-text-muted);
    font: var(--fs-font-12);
    font-weight: 600;
  }
  ol {
    padding-block: 0 4px;
  }
  li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 10px;
    padding: 8px 0;
  }
  li + li {
    border-top: 1px solid var(--fs-line);
  }
  .mark {
    display: grid;
    place-items: center;
    width: 28px;
    height: 28px;
    border-radius: 50%;
    background: var(--fs-neutral-soft);
    color: var(--fs-neutral-text);
  }
  .summary {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 10px;
    margin-top: 3px;
  }
  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  li p + .muted,
  dl + .muted {
    margin-top: 3px;
  }
`;
