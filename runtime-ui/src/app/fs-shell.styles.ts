import { css } from 'lit';

export const shellStyles = css`
  :host {
    display: grid;
    grid-template-columns: 224px minmax(0, 1fr);
    grid-template-rows: minmax(0, 1fr);
    height: 100%;
  }
  .skip {
    position: absolute;
    left: -9999px;
    z-index: 2000;
    background: var(--fs-surface);
    color: var(--fs-text);
    padding: 8px 14px;
  }
  .skip:focus {
    left: 8px;
    top: 8px;
  }
  aside {
    display: flex;
    flex-direction: column;
    gap: 4px;
    padding: 12px 10px;
    background: var(--fs-sunken);
    border-inline-end: 1px solid var(--fs-line);
    min-height: 0;
  }
  :host([collapsed]) {
    grid-template-columns: 58px minmax(0, 1fr);
  }
  .app,
  .user {
    display: flex;
    align-items: center;
    gap: 10px;
    width: 100%;
    border: 0;
    background: none;
    color: var(--fs-text);
    font: var(--fs-font-14);
    font-weight: 600;
    text-align: start;
    padding: 7px 8px;
    border-radius: var(--fs-radius-m);
    cursor: pointer;
    min-width: 0;
  }
  .app[disabled] {
    cursor: default;
  }
  .app:not([disabled]):hover,
  .user:hover {
    background: var(--fs-neutral-soft);
  }
  .app svg {
    flex: none;
  }
  .find {
    display: flex;
    align-items: center;
    gap: 10px;
    padding: 6px 8px;
    min-height: 32px;
    border: 1px solid var(--fs-line-strong);
    border-radius: var(--fs-radius-m);
    background: var(--fs-surface);
    color: var(--fs-text-muted);
    font: var(--fs-font-14);
    text-align: start;
    cursor: pointer;
  }
  .find kbd {
    flex: none;
    font: var(--fs-font-12);
  }
  .grow {
    flex: 1;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .user .grow {
    font-weight: 500;
  }
  .user small {
    display: block;
    font: var(--fs-font-12);
    color: var(--fs-text-muted);
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .avatar {
    display: grid;
    place-items: center;
    flex: none;
    width: 26px;
    height: 26px;
    border-radius: 50%;
    background: var(--fs-accent);
    color: var(--fs-on-accent);
    font: var(--fs-font-12);
    font-weight: 600;
  }
  nav {
    flex: 1;
    overflow-y: auto;
    min-height: 0;
    padding: 6px 0;
  }
  nav h2 {
    font: var(--fs-font-12);
    font-weight: 600;
    color: var(--fs-text-muted);
    margin: 14px 8px 4px;
  }
  nav ul {
    list-style: none;
    margin: 0;
    padding: 0;
    display: grid;
    gap: 1px;
  }
  nav a {
    display: flex;
    align-items: center;
    gap: 10px;
    padding: 6px 8px;
    min-height: 32px;
    border-radius: var(--fs-radius-m);
    color: var(--fs-text);
    text-decoration: none;
    font: var(--fs-font-14);
  }
  nav a fs-icon {
    color: var(--fs-text-muted);
  }
  nav a:hover {
    background: var(--fs-neutral-soft);
  }
  nav a[aria-current] {
    background: var(--fs-surface);
    box-shadow: var(--fs-shadow-1);
    font-weight: 600;
  }
  nav a[aria-current] fs-icon {
    color: var(--fs-accent-text);
  }
  :focus-visible {
    outline: var(--fs-focus);
    outline-offset: 1px;
  }
  /* Focus is put here by the app, so that keyboard and reader start at the top of a new page; it is no stop of its own. */
  main,
  main:focus-visible {
    outline: none;
  }
  main {
    min-width: 0;
    min-height: 0;
    overflow: auto;
    position: relative;
  }
  .banner {
    position: fixed;
    z-index: 990;
    top: 0;
    left: 50%;
    transform: translateX(-50%);
    padding: 6px 14px;
    border-radius: 0 0 10px 10px;
    background: var(--fs-warning-soft);
    color: var(--fs-warning-text);
    font: var(--fs-font-13);
  }
  .viewing {
    z-index: 991;
    max-width: calc(100vw - 24px);
    box-shadow: 0 0 0 1px currentcolor;
  }
  .viewing button {
    margin-inline-start: 8px;
    padding: 2px 8px;
    border: 1px solid currentcolor;
    border-radius: var(--fs-radius-m);
    background: none;
    color: inherit;
    font: inherit;
    cursor: pointer;
  }
  .busy {
    padding: 24px;
    color: var(--fs-text-muted);
  }
  .bottom {
    display: none;
  }
  :host([collapsed]) aside .grow,
  :host([collapsed]) aside h2,
  :host([collapsed]) aside .app fs-icon {
    display: none;
  }
  @media (max-width: 720px) {
    :host,
    :host([collapsed]) {
      grid-template-columns: minmax(0, 1fr);
      grid-template-rows: minmax(0, 1fr) auto;
    }
    aside {
      display: none;
    }
    .bottom {
      display: flex;
      border-top: 1px solid var(--fs-line);
      background: var(--fs-surface);
      padding: 4px 4px max(4px, env(safe-area-inset-bottom));
    }
    .bottom a,
    .bottom button {
      flex: 1;
      min-width: 0;
      display: grid;
      justify-items: center;
      gap: 2px;
      padding: 6px 2px;
      border: 0;
      border-radius: var(--fs-radius-m);
      background: none;
      color: var(--fs-text-muted);
      text-decoration: none;
      font: var(--fs-font-12);
    }
    .bottom span {
      max-width: 100%;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .bottom a[aria-current] {
      color: var(--fs-accent-text);
      font-weight: 600;
    }
    .bottom fs-icon {
      font-size: 20px;
    }
  }
`;
