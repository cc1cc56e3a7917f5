import { css } from 'lit';

export const recordPageStyles = css`
  :host {
    display: block;
    padding: 14px 20px 32px;
  }
  header {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
    margin-bottom: 14px;
  }
  .back {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    width: max-content;
    min-height: 24px;
    color: var(--fs-text-muted);
    font: var(--fs-font-13);
    text-decoration: none;
  }
  .back:hover {
    color: var(--fs-text);
    text-decoration: underline;
  }
  .title {
    display: flex;
    align-items: center;
    gap: 10px;
    min-width: 0;
  }
  .mark {
    display: grid;
    place-items: center;
    flex: none;
    width: 38px;
    height: 38px;
    border-radius: 10px;
    background: var(--fs-accent-soft);
    color: var(--fs-accent-text);
  }
  .mark fs-icon {
    font-size: 20px;
  }
  h1 {
    flex: 1;
    min-width: 0;
    margin: 0;
    font: var(--fs-font-24);
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .updated {
    margin: -6px 0 0 48px;
    color: var(--fs-text-muted);
    font: var(--fs-font-12);
  }
  .highlights {
    display: flex;
    flex-wrap: wrap;
    gap: 6px 36px;
    margin: 4px 0 2px;
    padding: 10px 16px;
    background: var(--fs-surface);
    border: 1px solid var(--fs-line);
    border-radius: var(--fs-radius-l);
  }
  .highlights dt {
    color: var(--fs-text-muted);
    font: var(--fs-font-12);
  }
  .highlights dd {
    margin: 1px 0 0;
    font-weight: 550;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  .body {
    display: grid;
    grid-template-columns: minmax(0, 1.45fr) minmax(340px, 1fr);
    gap: 14px;
    align-items: start;
  }
  .panel {
    background: var(--fs-surface);
    border: 1px solid var(--fs-line);
    border-radius: var(--fs-radius-l);
    overflow: hidden;
    min-width: 0;
  }
  [role='tablist'] {
    display: flex;
    gap: 2px;
    padding: 4px 10px 0;
    border-bottom: 1px solid var(--fs-line);
  }
  [role='tab'] {
    border: 0;
    border-bottom: 2px solid transparent;
    background: none;
    padding: 8px 10px;
    color: var(--fs-text-muted);
    font: var(--fs-font-14);
    font-weight: 500;
    cursor: pointer;
  }
  [role='tab'][aria-selected='true'] {
    color: var(--fs-text);
    border-bottom-color: var(--fs-accent);
  }
  [role='tab']:focus-visible {
    outline: var(--fs-focus);
    outline-offset: -2px;
  }
  @media (max-width: 1080px) {
    .body {
      grid-template-columns: minmax(0, 1fr);
    }
  }
  @media (max-width: 720px) {
    :host {
      padding: 10px 12px 24px;
    }
    .mark,
    .offered {
      display: none;
    }
    h1 {
      font: var(--fs-font-20);
      white-space: normal;
    }
    .updated {
      margin: -4px 0 0;
    }
    .highlights {
      gap: 8px 24px;
    }
  }
  @media (max-width: 480px) {
    .title {
      flex-wrap: wrap;
    }
    h1 {
      flex-basis: 100%;
      overflow-wrap: anywhere;
      hyphens: auto;
    }
  }
`;
