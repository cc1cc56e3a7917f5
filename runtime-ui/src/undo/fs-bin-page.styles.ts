import { css } from 'lit';

export const binStyles = css`
  :host {
    display: block;
    max-width: 960px;
    margin: 0 auto;
    padding: 20px 16px 80px;
  }
  h1 {
    margin: 0;
    font: var(--fs-font-24);
    font-weight: 600;
  }
  .intro {
    margin: 4px 0 16px;
    color: var(--fs-text-muted);
    font: var(--fs-font-14);
  }
  .tools,
  .choice {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
    margin-bottom: 12px;
    font: var(--fs-font-14);
  }
  input[type='search'],
  select {
    height: var(--fs-control);
    padding: 0 10px;
    border: 1px solid var(--fs-line-strong);
    border-radius: var(--fs-radius-m);
    background: var(--fs-surface);
    color: var(--fs-text);
    font: var(--fs-font-14);
    min-width: 0;
  }
  input[type='search'] {
    flex: 1 1 200px;
  }
  input::placeholder {
    color: var(--fs-text-muted);
    opacity: 1;
  }
  :is(input, select):focus-visible {
    outline: var(--fs-focus);
    outline-offset: 1px;
  }
  label {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 24px;
  }
  input[type='checkbox'] {
    width: 18px;
    height: 18px;
    accent-color: var(--fs-accent);
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
    border: 1px solid var(--fs-line);
    border-radius: var(--fs-radius-m);
    background: var(--fs-surface);
  }
  li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
    padding: 10px 14px;
  }
  li + li {
    border-top: 1px solid var(--fs-line);
  }
  .main {
    flex: 1 1 180px;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .main strong {
    font: var(--fs-font-14);
    font-weight: 600;
  }
  .main p {
    margin: 2px 0 0;
    color: var(--fs-text-muted);
    font: var(--fs-font-13);
  }
  a {
    color: var(--fs-accent-text);
  }
  .end {
    margin-inline-start: auto;
  }
  .more {
    display: flex;
    justify-content: center;
    margin-top: 16px;
  }
`;
