import { css } from 'lit';

export const gridStyles = css`
  :host {
    display: block;
    min-height: 0;
    height: 100%;
    contain: strict;
  }
  .scroller {
    height: 100%;
    overflow: auto;
    scroll-padding-top: 34px;
    overscroll-behavior: contain;
  }
  .body {
    position: relative;
  }
  .row {
    position: absolute;
    top: 0;
    left: 0;
    display: grid;
    min-width: 100%;
    height: var(--row);
    contain: layout style;
    background: var(--fs-surface);
    border-bottom: 1px solid var(--fs-line);
  }
  .row:hover,
  .row:hover .cell:first-child {
    background: var(--fs-hover);
  }
  .row.active .cell:first-child {
    box-shadow: inset 3px 0 0 var(--fs-accent);
  }
  .head {
    position: sticky;
    top: 0;
    z-index: 3;
    height: 34px;
    display: grid;
    min-width: 100%;
    background: var(--fs-surface);
    border-bottom: 1px solid var(--fs-line);
  }
  .cell,
  .title {
    display: block;
    align-content: center;
    padding: 0 12px;
    overflow: hidden;
    white-space: nowrap;
    text-overflow: ellipsis;
    font: var(--fs-font-13);
    outline: none;
    min-width: 0;
  }
  .cell.end,
  .title.end {
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  .cell .badges.wrap {
    flex-wrap: nowrap;
  }
  .cell .long {
    white-space: nowrap;
  }
  .cell:first-child,
  .title:first-child {
    position: sticky;
    left: 0;
    z-index: 1;
    background: var(--fs-surface);
  }
  .cell:first-child .record {
    color: var(--fs-text);
    font-weight: 550;
    text-decoration: none;
  }
  .cell:first-child .record:hover {
    color: var(--fs-accent-text);
    text-decoration: underline;
  }
  .cell:focus-visible,
  .title:focus-visible {
    outline: var(--fs-focus);
    outline-offset: -2px;
    border-radius: 0;
  }
  .title {
    position: relative;
    font: var(--fs-font-12);
    font-weight: 600;
    color: var(--fs-text-muted);
    user-select: none;
  }
  .title.sortable {
    cursor: pointer;
  }
  .title.sortable:hover {
    color: var(--fs-text);
    background: var(--fs-hover);
  }
  .title fs-icon {
    font-size: 13px;
    margin-inline-start: 3px;
    vertical-align: -2px;
  }
  .title sup {
    font-size: 10px;
  }
  .handle {
    position: absolute;
    inset: 0 0 0 auto;
    width: 9px;
    cursor: col-resize;
    touch-action: none;
  }
  .handle::after {
    content: '';
    position: absolute;
    inset: 9px 0 9px auto;
    width: 1px;
    background: var(--fs-line);
  }
  .handle:hover::after {
    inset-block: 4px;
    width: 2px;
    background: var(--fs-accent);
  }
  .empty {
    display: inline-block;
    height: 10px;
    width: 60%;
    border-radius: 5px;
    background: var(--fs-neutral-soft);
  }
  .row.chosen,
  .row.chosen .cell:first-child {
    background: var(--fs-accent-soft);
  }
  .pick {
    display: inline-grid;
    place-items: center;
    width: 28px;
    height: 28px;
    margin-inline: -7px 5px;
    vertical-align: middle;
    cursor: pointer;
  }
  .pick input {
    width: 15px;
    height: 15px;
    margin: 0;
    accent-color: var(--fs-accent);
    cursor: pointer;
  }
  .card .pick {
    float: inline-start;
    width: 40px;
    height: 44px;
    margin-inline: -12px 4px;
  }
  .card {
    display: block;
    padding: 9px 16px;
    outline: none;
    overflow: hidden;
  }
  .card .record {
    display: block;
    font: var(--fs-font-14);
    font-weight: 600;
    color: var(--fs-text);
    text-decoration: none;
    overflow: hidden;
    white-space: nowrap;
    text-overflow: ellipsis;
  }
  .card .meta {
    display: flex;
    gap: 10px;
    align-items: center;
    font: var(--fs-font-13);
    color: var(--fs-text-muted);
    overflow: hidden;
    white-space: nowrap;
    margin-top: 3px;
  }
  .card:focus-visible {
    outline: var(--fs-focus);
    outline-offset: -2px;
  }
  :host([dimmed]) .body {
    opacity: 0.55;
  }
`;
