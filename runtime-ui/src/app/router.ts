import { decodeState, encodeState, type UrlState } from './url-state.js';

export type Route =
  | { readonly page: 'home' }
  | { readonly page: 'object'; readonly object: string; readonly state: UrlState }
  | { readonly page: 'record'; readonly object: string; readonly id: string }
  | { readonly page: 'search'; readonly q: string; readonly object: string }
  | { readonly page: 'bin' }
  | { readonly page: 'unknown' };

export function parseRoute(path: string, search: string): Route {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const [first, object, id] = parts;
  if (first === undefined) return { page: 'home' };
  if (first === 'search' && object === undefined) {
    const asked = new URLSearchParams(search);
    return { page: 'search', q: asked.get('q') ?? '', object: asked.get('in') ?? '' };
  }
  if (first === 'trash' && parts.length === 1) return { page: 'bin' };
  if (first !== 'o' || object === undefined || parts.length > 3) return { page: 'unknown' };
  if (id === undefined) return { page: 'object', object, state: decodeState(search) };
  return { page: 'record', object, id };
}

export const objectPath = (object: string, state: Partial<UrlState> = {}) => `/o/${encodeURIComponent(object)}${encodeState(state)}`;
/** The page of results of a search over all objects, or over one of them. */
export const searchPath = (q: string, object = '') => `/search?${new URLSearchParams({ q, ...(object === '' ? {} : { in: object }) })}`;
export const binPath = '/trash';
export const recordPath = (object: string, id: string) => `/o/${encodeURIComponent(object)}/${encodeURIComponent(id)}`;

const listeners = new Set<(route: Route) => void>();
const changed = () => {
  const route = currentRoute();
  listeners.forEach((listener) => listener(route));
};

export const currentRoute = (): Route => {
  try {
    return parseRoute(location.pathname, location.search);
  } catch {
    return { page: 'unknown' };
  }
};

export function onRoute(listener: (route: Route) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function navigate(path: string, options: { replace?: boolean } = {}) {
  if (path === location.pathname + location.search) return;
  if (options.replace) history.replaceState(history.state, '', path);
  else history.pushState(null, '', path);
  changed();
}

/** Follows links of this app without loading the page; everything else is left to the browser. */
export function startRouter() {
  window.addEventListener('popstate', changed);
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.composedPath().find((node): node is HTMLAnchorElement => node instanceof HTMLAnchorElement);
    if (!link || link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.pathname !== '/' && link.pathname !== '/search' && !link.pathname.startsWith('/o/')) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}
