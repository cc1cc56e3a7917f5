/** Choices of one person on one device. No record data is kept here. */
export type Preferences = {
  theme: 'system' | 'light' | 'dark';
  density: 'comfortable' | 'compact';
  singleKeys: boolean;
  app: string;
  /** Column widths in CSS pixels by view id and field path. */
  widths: Record<string, Record<string, number>>;
  /** Sections that were folded or unfolded by hand, by layout and section id. */
  folded: Record<string, boolean>;
};

const key = 'fieldstone.preferences';
const standard: Preferences = { theme: 'system', density: 'comfortable', singleKeys: true, app: '', widths: {}, folded: {} };

function read(): Preferences {
  try {
    return { ...standard, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>) };
  } catch {
    return { ...standard };
  }
}

let current = read();

export const preferences = (): Readonly<Preferences> => current;

export function setPreferences(changes: Partial<Preferences>) {
  current = { ...current, ...changes };
  try {
    localStorage.setItem(key, JSON.stringify(current));
  } catch {
    // Storage may be full or forbidden: the choice then lasts as long as the page.
  }
  applyPreferences();
}

export function forgetPreferences() {
  current = { ...standard, theme: current.theme, density: current.density };
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was stored.
  }
}

export function applyPreferences() {
  const root = document.documentElement;
  if (current.theme === 'system') root.removeAttribute('data-theme');
  else root.dataset['theme'] = current.theme;
  root.dataset['density'] = current.density;
}
