import { closeEvents, onConnection, onServerEvent, openEvents } from '../api/events.js';
import { forgetAnswers, whenSignedOut } from '../api/http.js';
import { ApiProblem } from '../api/problem.js';
import { endViewing as callEndViewing, readStart, saveLocale, signIn as callSignIn, signOut as callSignOut } from '../api/records.js';
import { makeScreen, type Screen } from '../model/screen.js';
import { t, useLanguage } from '../texts/text.js';
import { announce } from './announce.js';
import { forgetPreferences } from './preferences.js';
import { queries } from './query-controller.js';
import { forgetDone } from './undo.js';

export type Session =
  | { readonly kind: 'starting' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'out'; readonly hasEnded: boolean }
  | { readonly kind: 'in'; readonly screen: Screen; readonly isConnected: boolean };

let current: Session = { kind: 'starting' };
const listeners = new Set<() => void>();

export const session = (): Session => current;

export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function become(next: Session) {
  current = next;
  listeners.forEach((listener) => listener());
}

/** Who is here, and what their screens are drawn from, in one call. */
export async function startSession() {
  try {
    const { me, ...metadata } = await readStart();
    await useLanguage(me.locale);
    document.documentElement.lang = me.locale;
    become({ kind: 'in', screen: makeScreen(me, metadata), isConnected: true });
    openEvents();
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) {
      document.documentElement.lang = await useLanguage(navigator.language);
      become({ kind: 'out', hasEnded: false });
    } else become({ kind: 'failed', error });
  }
}

/** Keeps the language that somebody chose, null for the browser's, and shows everything anew in it. */
export async function chooseLanguage(locale: string | null) {
  await saveLocale(locale);
  location.reload();
}

/** From the screens of somebody else back to one's own: everything is drawn anew. */
export async function endViewing() {
  await callEndViewing();
  location.assign('/');
}

export async function signIn(email: string, password: string) {
  await callSignIn(email, password);
  await startSession();
}

/** Nothing of the person stays behind in this browser. */
function clear() {
  closeEvents();
  queries.clear();
  forgetAnswers();
  forgetDone();
}

export async function signOut() {
  await callSignOut();
  clear();
  forgetPreferences();
  history.replaceState(null, '', '/');
  become({ kind: 'out', hasEnded: false });
}

/** Published metadata is read and drawn at once; no page is loaded again. */
async function refreshScreen() {
  if (current.kind !== 'in') return;
  try {
    const { me, ...metadata } = await readStart();
    if (current.kind !== 'in' || metadata.revision === current.screen.revision) return;
    become({ ...current, screen: makeScreen(me, metadata) });
    await queries.invalidateQueries();
    announce(t('app.updated'));
  } catch (error) {
    // The screens stay as they are; the next event or reload brings the new ones.
    if (!(error instanceof ApiProblem)) throw error;
  }
}

export function watchSession() {
  whenSignedOut(() => {
    if (current.kind !== 'in') return;
    clear();
    become({ kind: 'out', hasEnded: true });
  });
  onServerEvent((event) => {
    if (event.type === 'metadata.published' || event.type === 'reset') void refreshScreen();
  });
  onConnection((isConnected) => {
    if (current.kind !== 'in' || current.isConnected === isConnected) return;
    become({ ...current, isConnected });
    if (isConnected) void refreshScreen();
  });
}
