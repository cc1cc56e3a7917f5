/** One simple filter: a field or path, an operator of its type, and the operand as the editor holds it. */
export type SimpleFilter = { readonly field: string; readonly op: string; readonly value: unknown };
export type SortLevel = { readonly field: string; readonly direction: 'asc' | 'desc' };

/** What a list or board shows, as it stands in the address: copying the address reproduces the screen. */
export type UrlState = {
  readonly view: string;
  readonly q: string;
  readonly filter: readonly SimpleFilter[];
  readonly sort: readonly SortLevel[];
  /** Board: value of the field that narrows it, such as the pipeline. */
  readonly switcher: string;
};

export const emptyState: UrlState = { view: '', q: '', filter: [], sort: [], switcher: '' };

const path = /^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*){0,4}$/;

export const sortText = (levels: readonly SortLevel[]) =>
  levels.map((level) => `${level.direction === 'desc' ? '-' : ''}${level.field}`).join(',');

export function parseSort(text: string): SortLevel[] {
  return text
    .split(',')
    .map((part): SortLevel => (part.startsWith('-') ? { field: part.slice(1), direction: 'desc' } : { field: part, direction: 'asc' }))
    .filter((level) => path.test(level.field))
    .slice(0, 3);
}

function parseFilter(text: string | null): SimpleFilter[] {
  if (text === null) return [];
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((entry): SimpleFilter[] => {
    if (!Array.isArray(entry)) return [];
    const [field, op, value] = entry as unknown[];
    if (typeof field !== 'string' || typeof op !== 'string' || !path.test(field)) return [];
    return [{ field, op, value: value ?? null }];
  });
}

/** Shape: what can not be read is left out, never guessed. */
export function decodeState(search: string): UrlState {
  const parameters = new URLSearchParams(search);
  return {
    view: parameters.get('view') ?? '',
    q: parameters.get('q') ?? '',
    filter: parseFilter(parameters.get('filter')),
    sort: parseSort(parameters.get('sort') ?? ''),
    switcher: parameters.get('switch') ?? '',
  };
}

export function encodeState(state: Partial<UrlState>): string {
  const parameters = new URLSearchParams();
  if (state.view) parameters.set('view', state.view);
  if (state.switcher) parameters.set('switch', state.switcher);
  if (state.q) parameters.set('q', state.q);
  if (state.filter && state.filter.length > 0) {
    parameters.set('filter', JSON.stringify(state.filter.map((f) => (f.value === null ? [f.field, f.op] : [f.field, f.op, f.value]))));
  }
  if (state.sort && state.sort.length > 0) parameters.set('sort', sortText(state.sort));
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
