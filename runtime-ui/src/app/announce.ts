let region: HTMLElement | undefined;
let pending = 0;

/** The one live region of the page, out of sight. */
function makeRegion(): HTMLElement {
  const made = document.createElement('div');
  made.setAttribute('role', 'status');
  made.setAttribute('aria-live', 'polite');
  Object.assign(made.style, {
    position: 'fixed',
    width: '1px',
    height: '1px',
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  });
  document.body.append(made);
  return made;
}

/** Says once, politely, what changed. */
export function announce(text: string) {
  const live = (region ??= makeRegion());
  window.clearTimeout(pending);
  live.textContent = '';
  // An empty region first, so that the same sentence twice is heard twice.
  pending = window.setTimeout(() => (live.textContent = text), 60);
}
