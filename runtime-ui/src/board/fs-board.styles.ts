import { css } from 'lit';

export const boardStyles = css`
  :host {
    display: grid;
    grid-template-rows: auto minmax(0, 1fr);
    min-height: 0;
    height: 100%;
    gap: 8px;
  }
  .strip {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 18px;
    font: var(--fs-font-13);
    color: var(--fs-text-muted);
  }
  .strip b {
    color: var(--fs-text);
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .strip label {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .strip select {
    min-width: 130px;
    height: var(--fs-control);
    padding: 0 8px;
    font: var(--fs-font-14);
    color: var(--fs-text);
    background: var(--fs-surface);
    border: 1px solid var(--fs-line-strong);
    border-radius: var(--fs-radius-m);
  }
  .strip select:focus-visible {
    outline: var(--fs-focus);
  }
  .columns {
    display: flex;
    gap: 10px;
    min-height: 0;
    overflow-x: auto;
    overflow-y: hidden;
    padding-bottom: 4px;
    scroll-snap-type: x proximity;
  }
  .column {
    flex: 1 0 256px;
    max-width: 380px;
    display: flex;
    flex-direction: column;
    min-height: 0;
    background: var(--fs-sunken);
    border: 1px solid var(--fs-line);
    border-radius: var(--fs-radius-l);
    scroll-snap-align: start;
    overflow: hidden;
  }
  .column.over {
    border-color: var(--fs-accent);
    background: var(--fs-accent-soft);
    box-shadow: inset 0 0 0 1px var(--fs-accent);
  }
  .column > header {
    padding: 9px 12px 8px;
    border-top: 3px solid var(--mark);
    background: var(--fs-surface);
    border-bottom: 1px solid var(--fs-line);
  }
  .neutral {
    --mark: var(--fs-line-strong);
  }
  .accent {
    --mark: var(--fs-accent);
  }
  .success {
    --mark: var(--fs-success-text);
  }
  .warning {
    --mark: var(--fs-warning-text);
  }
  .danger {
    --mark: var(--fs-danger);
  }
  .info {
    --mark: var(--fs-info-text);
  }
  h2 {
    display: flex;
    align-items: baseline;
    gap: 8px;
    margin: 0;
    font: var(--fs-font-14);
    font-weight: 600;
  }
  h2 span:first-child {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .count {
    padding: 0 7px;
    border-radius: 9px;
    background: var(--fs-neutral-soft);
    color: var(--fs-neutral-text);
    font: var(--fs-font-12);
    font-variant-numeric: tabular-nums;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 10px;
    margin-top: 2px;
    min-height: 18px;
    font: var(--fs-font-12);
    color: var(--fs-text-muted);
    font-variant-numeric: tabular-nums;
  }
  .list {
    flex: 1;
    min-height: 60px;
    overflow-y: auto;
    overflow-x: hidden;
    margin: 0;
    padding: 0;
    overscroll-behavior: contain;
  }
  .space {
    position: relative;
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .space li {
    position: absolute;
    inset-inline: 8px;
    top: 0;
  }
  .card {
    position: relative;
    height: 100%;
    padding: 9px 10px;
    background: var(--fs-surface);
    border: 1px solid var(--fs-line);
    border-radius: 9px;
    box-shadow: var(--fs-shadow-1);
    cursor: grab;
    outline: none;
    overflow: hidden;
    contain: layout style;
    touch-action: pan-x pan-y;
    -webkit-touch-callout: none;
  }
  .card:hover {
    border-color: var(--fs-line-strong);
  }
  .card:focus-visible {
    outline: var(--fs-focus);
    outline-offset: 1px;
    border-radius: 9px;
  }
  .card.grabbed {
    outline: 2px dashed var(--fs-accent);
    background: var(--fs-accent-soft);
  }
  .card.dragging {
    opacity: 0.4;
  }
  .ghost {
    position: fixed;
    left: 0;
    top: 0;
    z-index: 980;
    pointer-events: none;
    opacity: 0.96;
    box-shadow: var(--fs-shadow-2);
    cursor: grabbing;
  }
  .name {
    display: block;
    padding-inline-end: 24px;
    font: var(--fs-font-14);
    font-weight: 600;
    color: var(--fs-text);
    text-decoration: none;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .name:hover {
    text-decoration: underline;
  }
  .line {
    height: 20px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font: var(--fs-font-13);
    line-height: 20px;
    color: var(--fs-text-muted);
  }
  .line.end {
    color: var(--fs-text);
    font-weight: 550;
    font-variant-numeric: tabular-nums;
  }
  .line .link {
    color: inherit;
  }
  .menu {
    position: absolute;
    top: 5px;
    right: 4px;
    width: 26px;
    height: 26px;
    border: 0;
    border-radius: var(--fs-radius-s);
    background: transparent;
    color: var(--fs-text-muted);
    cursor: pointer;
  }
  .menu:hover {
    background: var(--fs-hover);
    color: var(--fs-text);
  }
  .waiting {
    height: 100%;
    border-radius: 9px;
    border: 1px dashed var(--fs-line);
  }
  .nothing {
    padding: 22px 12px;
    text-align: center;
    color: var(--fs-text-muted);
    font: var(--fs-font-13);
  }
  @media (max-width: 720px) {
    .column {
      flex-basis: calc(100vw - 52px);
    }
  }
`;
