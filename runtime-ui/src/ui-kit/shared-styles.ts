import { css } from 'lit';

/** Shadow roots inherit no rules of the page. */
export const baseStyles = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
`;

/** How values look wherever they are shown: badges, links, numbers, and what is read out only. */
export const valueStyles = css`
  ${baseStyles}
  .badge {
    display: inline-block;
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    vertical-align: middle;
    padding: 1px 8px;
    border-radius: 10px;
    font-size: 12px;
    line-height: 18px;
    font-weight: 500;
    background: var(--fs-neutral-soft);
    color: var(--fs-neutral-text);
  }
  .badge.accent {
    background: var(--fs-accent-soft);
    color: var(--fs-accent-text);
  }
  .badge.success {
    background: var(--fs-success-soft);
    color: var(--fs-success-text);
  }
  .badge.warning {
    background: var(--fs-warning-soft);
    color: var(--fs-warning-text);
  }
  .badge.danger {
    background: var(--fs-danger-soft);
    color: var(--fs-danger-text);
  }
  .badge.info {
    background: var(--fs-info-soft);
    color: var(--fs-info-text);
  }
  .picture {
    display: block;
    margin-top: 4px;
    max-width: min(100%, 240px);
    max-height: 160px;
    border-radius: var(--fs-radius-m);
    border: 1px solid var(--fs-line);
  }
  .badges.wrap {
    flex-wrap: wrap;
  }
  a.badge {
    text-decoration: none;
  }
  a.badge:hover {
    text-decoration: underline;
  }
  .badges {
    display: inline-flex;
    gap: 4px;
    min-width: 0;
  }
  .score {
    display: flex;
    align-items: center;
    gap: 8px;
    font-variant-numeric: tabular-nums;
  }
  .score svg {
    flex: 1;
    max-width: 90px;
    height: 6px;
    border-radius: 3px;
    fill: var(--fs-neutral-soft);
  }
  .score rect + rect {
    fill: var(--fs-accent);
  }
  .stars {
    color: var(--fs-warning-text);
    letter-spacing: 1px;
  }
  .stars span {
    color: var(--fs-line);
  }
  .link {
    color: var(--fs-accent-text);
    text-decoration: none;
  }
  .link:hover {
    text-decoration: underline;
  }
  .long {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .json {
    font-family: ui-monospace, Menlo, Consolas, monospace;
    font-size: 12px;
  }
  /* In a cell or on a card formatted text is one line. */
  :is(.cell, td, .card) .rich,
  :is(.cell, td, .card) .rich * {
    display: inline;
    margin: 0;
    font: inherit;
    border: 0;
    padding: 0;
    white-space: nowrap;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .fixed {
    font: var(--fs-font-14);
  }
  .fixed span {
    display: block;
    font: var(--fs-font-13);
    font-weight: 500;
    margin-bottom: 6px;
  }
  a:focus-visible,
  button:focus-visible,
  [tabindex]:focus-visible {
    outline: var(--fs-focus);
    outline-offset: 1px;
    border-radius: var(--fs-radius-s);
  }
`;

/** Formatted text. */
export const richStyles = css`
  .rich {
    overflow-wrap: anywhere;
  }
  .rich > :first-child {
    margin-top: 0;
  }
  .rich > :last-child {
    margin-bottom: 0;
  }
  .rich p,
  .rich ul,
  .rich ol,
  .rich blockquote,
  .rich pre {
    margin: 0 0 8px;
  }
  .rich li p {
    margin: 0;
  }
  .rich h3 {
    font: var(--fs-font-16);
    font-weight: 600;
    margin: 12px 0 6px;
    padding: 0;
    border: 0;
  }
  .rich h4 {
    font: var(--fs-font-14);
    font-weight: 600;
    margin: 10px 0 4px;
  }
  .rich ul,
  .rich ol {
    padding-inline-start: 22px;
  }
  .rich blockquote {
    padding-inline-start: 12px;
    border-inline-start: 3px solid var(--fs-line-strong);
    color: var(--fs-text-muted);
  }
  .rich code {
    font:
      13px ui-monospace,
      Menlo,
      Consolas,
      monospace;
    background: var(--fs-sunken);
    border-radius: 3px;
    padding: 0 3px;
  }
  .rich pre {
    padding: 8px 10px;
    background: var(--fs-sunken);
    border-radius: var(--fs-radius-s);
    white-space: pre-wrap;
  }
  .rich a {
    color: var(--fs-accent-text);
  }
`;

/** A page that could not be shown, or has nothing to show. */
export const stateStyles = css`
  ${baseStyles}
  .state {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: var(--fs-space-2);
    text-align: center;
    padding: 56px var(--fs-space-6);
    color: var(--fs-text-muted);
  }
  .state fs-icon {
    font-size: 32px;
    color: var(--fs-line-strong);
  }
  .state h1,
  .state h2 {
    font: var(--fs-font-16);
    font-weight: 600;
    color: var(--fs-text);
    margin: var(--fs-space-2) 0 0;
    flex: none;
    white-space: normal;
  }
  .state p {
    margin: 0 0 var(--fs-space-3);
    max-width: 46ch;
  }
`;
