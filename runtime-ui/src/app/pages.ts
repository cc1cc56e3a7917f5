/** The parts of the app that are fetched when a page needs them. */
const parts = {
  object: () => import('../list/fs-object-page.js'),
  board: () => import('../board/fs-board.js'),
  record: () => import('../record/record-part.js'),
  form: () => import('../record/forms-part.js'),
  search: () => import('../search/search-part.js'),
  bin: () => import('../undo/undo-part.js'),
  help: () => import('./fs-key-help.js'),
};

export type Part = keyof typeof parts;

export const loadPart = async (part: Part): Promise<void> => void (await parts[part]());

/** Fetches what the next steps will need while nothing else is going on, so that a step within the app asks for data only. */
export function loadAhead(): () => void {
  const ahead = async () => {
    for (const part of ['object', 'record', 'board', 'form', 'search'] as const) {
      // Away from the network, the step that needs the part says so.
      await loadPart(part).catch(() => undefined);
    }
  };
  const timer = window.setTimeout(() => {
    if (typeof requestIdleCallback === 'function') requestIdleCallback(() => void ahead(), { timeout: 3000 });
    else void ahead();
  }, 1000);
  return () => window.clearTimeout(timer);
}
