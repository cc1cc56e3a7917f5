import { showToast } from '../app/toasts.js';
import { t } from '../texts/text.js';

/** Fetches the field editors and the editor of filters, once. False, after a word to the person, when they can not be reached. */
export async function loadEditors(): Promise<boolean> {
  try {
    await import('./editors/editors-part.js');
    return true;
  } catch {
    showToast({ text: t('state.offline.title'), tone: 'danger' });
    return false;
  }
}
