import { css } from 'lit';
import { stateStyles, valueStyles } from '../ui-kit/shared-styles.js';

/** What the panels of the dialog about rights have in common. */
export const panelStyles = [
  valueStyles,
  stateStyles,
  css`
    :host {
      display: block;
      min-height: 120px;
    }
    ul {
      list-style: none;
      margin: 0;
      padding: 0;
    }
    li {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 4px 10px;
      padding: 10px 0;
      border-top: 1px solid var(--fs-line);
    }
    li > fs-icon {
      color: var(--fs-text-muted);
    }
    .main {
      flex: 1;
      min-width: 160px;
      overflow-wrap: anywhere;
    }
    .muted {
      margin: 2px 0 0;
      color: var(--fs-text-muted);
      font: var(--fs-font-13);
    }
    h3 {
      margin: 20px 0 6px;
      font: var(--fs-font-14);
      font-weight: 600;
    }
    .error {
      color: var(--fs-danger-text);
      font: var(--fs-font-13);
    }
  `,
];
