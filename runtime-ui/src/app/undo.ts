import { whenWritten } from '../api/http.js';
import { t } from '../texts/text.js';
import { announce } from './announce.js';
import { dismissToast, showToast, type Toast } from './toasts.js';

export type Way = 'undo' | 'redo';
/** Something done in this window that can be taken back. `thenGo` is where the person is led when it was. */
type Done = { readonly operation: string; readonly thenGo: (() => void) | undefined; toast?: number };

const done: Record<Way, Done[]> = { undo: [], redo: [] };
let load: () => Promise<void> = () => Promise.reject(new Error('nothing fetches the part that takes back'));
let written = '';
/** One offer is enough to look at; what was done before is taken back by key. */
let shown = 0;

/** How the part that takes back is fetched, which knows of this one. */
export const undoComesBy = (fetchPart: () => Promise<void>) => void (load = fetchPart);

whenWritten((operation) => (written = operation));

/** What somebody did is theirs alone to take back with a key. */
export function forgetDone() {
  done.undo = [];
  done.redo = [];
  written = '';
}

/** Says that something was saved, with a way back where there is one. `instead` is another way on that is wanted more. */
export function offerUndo(text: string, thenGo?: () => void, instead?: Toast['action']) {
  const operation = written;
  if (operation !== '') done.redo = [];
  offer('undo', operation, text, thenGo, instead);
}

export function offer(way: Way, operation: string, text: string, thenGo?: () => void, instead?: Toast['action']) {
  written = '';
  if (operation === '') return void showToast({ text, tone: 'info', ...(instead ? { action: instead } : {}) });
  const one: Done = { operation, thenGo };
  done[way].push(one);
  dismissToast(shown);
  shown = one.toast = showToast({ text, tone: 'info', action: instead ?? { label: t(way), run: () => void take(way, one) } });
}

export function takeLast(way: Way) {
  const last = done[way].at(-1);
  if (last) void take(way, last);
  else announce(t(`${way}.nothing`));
}

async function take(way: Way, one: Done) {
  done[way] = done[way].filter((other) => other !== one);
  if (one.toast !== undefined) dismissToast(one.toast);
  try {
    await load();
    const element = document.createElement('fs-undo');
    document.body.append(Object.assign(element, { operation: one.operation, thenGo: one.thenGo, way }));
  } catch {
    done[way].push(one);
    showToast({ text: t('state.offline.title'), tone: 'danger' });
  }
}
