import { css } from 'lit';

/** The column itself: inside it the styles of the board apply, without its grid. */
export const columnStyles = css`
  :host {
    display: flex;
    flex: 1 0 256px;
    max-width: 380px;
    height: auto;
    min-height: 0;
    scroll-snap-align: start;
  }
  :host(.barred) .column {
    opacity: 0.45;
  }
  :host(.over) .column {
    border-color: var(--fs-accent);
    background: var(--fs-accent-soft);
    box-shadow: inset 0 0 0 1px var(--fs-accent);
  }
  .column {
    flex: 1;
    min-width: 0;
    max-width: none;
  }
  @media (max-width: 720px) {
    :host {
      flex-basis: calc(100vw - 52px);
    }
  }
`;
