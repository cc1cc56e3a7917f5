import { css } from 'lit';

export const fieldListStyles = css`
  :host {
    display: block;
  }
  section {
    border-bottom: 1px solid var(--fs-line);
    padding: 4px 0 10px;
  }
  section:last-child {
    border-bottom: 0;
  }
  h2 {
    margin: 0;
  }
  h2 button {
    display: flex;
    align-items: center;
    gap: 6px;
    width: 100%;
    padding: 9px 12px;
    border: 0;
    background: none;
    color: var(--fs-text);
    font: var(--fs-font-14);
    font-weight: 600;
    text-align: start;
    cursor: pointer;
  }
  h2 fs-icon {
    font-size: 15px;
    color: var(--fs-text-muted);
  }
  dl {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 2px 24px;
    margin: 0;
    padding: 0 16px;
  }
  dl[hidden] {
    display: none;
  }
  dl.columns-1 {
    grid-template-columns: minmax(0, 1fr);
  }
  dl.columns-3 {
    grid-template-columns: repeat(3, minmax(0, 1fr));
  }
  .field {
    display: grid;
    grid-template-columns: minmax(120px, 38%) minmax(0, 1fr);
    align-items: baseline;
    gap: 10px;
    min-height: 32px;
    padding: 3px 0;
    border-bottom: 1px solid transparent;
  }
  .field.wide {
    grid-column: 1 / -1;
  }
  .columns-1 .field,
  .wide {
    grid-template-columns: minmax(120px, 16%) minmax(0, 1fr);
  }
  /* Words of some languages are longer than the column. */
  dt {
    min-width: 0;
    color: var(--fs-text-muted);
    font: var(--fs-font-13);
    hyphens: auto;
    overflow-wrap: anywhere;
  }
  dd {
    display: flex;
    align-items: baseline;
    gap: 6px;
    margin: 0;
    min-width: 0;
    font: var(--fs-font-14);
  }
  .value {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .badges {
    flex-wrap: wrap;
  }
  .none {
    color: var(--fs-text-muted);
  }
  .pencil {
    border: 0;
    background: none;
    color: var(--fs-text-muted);
    width: 24px;
    height: 24px;
    padding: 0;
    flex: none;
    border-radius: var(--fs-radius-s);
    cursor: pointer;
    opacity: 0;
    transition: opacity var(--fs-motion-fast);
  }
  .pencil fs-icon {
    font-size: 13px;
  }
  .field:hover .pencil,
  .pencil:focus-visible {
    opacity: 1;
  }
  .pencil:hover {
    background: var(--fs-neutral-soft);
    color: var(--fs-text);
  }
  .editor {
    grid-column: 1 / -1;
    padding: 8px 10px 10px;
    margin: 0 -10px;
    border-radius: var(--fs-radius-m);
    background: var(--fs-canvas);
    box-shadow: 0 0 0 1px var(--fs-line);
  }
  .actions {
    display: flex;
    gap: 6px;
    margin-top: 8px;
  }
  @media (hover: none) {
    .pencil {
      opacity: 1;
    }
  }
  @media (max-width: 640px) {
    dl,
    dl.columns-3 {
      grid-template-columns: minmax(0, 1fr);
    }
    .field,
    .columns-1 .field,
    .wide {
      grid-template-columns: minmax(120px, 40%) minmax(0, 1fr);
    }
  }
`;
