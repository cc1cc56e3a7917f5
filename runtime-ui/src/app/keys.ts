import { preferences } from './preferences.js';

/** One shortcut. `keys` as written: "?", "/", "g h" (one after the other), "Ctrl+Enter". */
export type Shortcut = { readonly keys: string; readonly label: string; readonly scope: string; readonly run: () => void };

const active: Shortcut[] = [];
let pressed = '';
let pressedAt = 0;

/** Single keys can be switched off, and never work while somebody types. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.getAttribute('role') === 'combobox';
}

function inDialogOrMenu(event: KeyboardEvent): boolean {
  return event
    .composedPath()
    .some((node) => node instanceof HTMLElement && /^(dialog|menu|listbox)$/.test(node.getAttribute('role') ?? ''));
}

function onKey(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing) return;
  const command = event.ctrlKey || event.metaKey;
  if (event.altKey) return;
  // Shift makes another letter of a letter, and Caps Lock makes the first one of it again.
  const isLetter = /^[a-z]$/i.test(event.key);
  const key = isLetter ? `${event.shiftKey ? 'Shift+' : ''}${event.key.toLowerCase()}` : event.key;
  const name = command ? `Ctrl+${key}` : event.key;
  const isElsewhere = isTyping(event) || inDialogOrMenu(event);
  // Within a field, taking back is about what is typed.
  if (command ? isElsewhere && /^z$/i.test(event.key) : isElsewhere || !preferences().singleKeys) return;
  const both = performance.now() - pressedAt < 1200 && pressed !== '' ? `${pressed} ${name}` : '';
  const hit = [...active].reverse().find((s) => (both !== '' && s.keys === both) || s.keys === name);
  pressed = !command && /^[a-z]$/.test(name) ? name : '';
  pressedAt = performance.now();
  if (!hit) return;
  pressed = '';
  event.preventDefault();
  hit.run();
}

export function startKeys() {
  document.addEventListener('keydown', onKey);
}

/** Adds shortcuts while something is on screen; the answer takes them away. Later ones win. */
export function addShortcuts(shortcuts: readonly Shortcut[]): () => void {
  active.push(...shortcuts);
  return () => {
    for (const shortcut of shortcuts) active.splice(active.indexOf(shortcut), 1);
  };
}

export const activeShortcuts = (): readonly Shortcut[] => active;
