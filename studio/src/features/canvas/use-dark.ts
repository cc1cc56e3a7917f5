import { useSyncExternalStore } from 'react';
import { isDark, readTheme } from '../../ui/theme.js';

const subscribe = (notify: () => void) => {
  const query = window.matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(notify);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  query.addEventListener('change', notify);
  return () => {
    observer.disconnect();
    query.removeEventListener('change', notify);
  };
};

/** Colour mode of the canvas library, following the studio. */
export const useColorMode = (): 'dark' | 'light' => useSyncExternalStore(subscribe, () => (isDark(readTheme()) ? 'dark' : 'light'));
