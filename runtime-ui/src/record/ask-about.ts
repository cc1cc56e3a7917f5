import type { ScreenObject } from '@fieldstone/metadata/types/wire.js';
import type { Screen } from '../model/screen.js';
import type { FsConflict } from './fs-conflict.js';
import type { Choose } from './save-changes.js';

/** Shows the chooser over the page; its code comes with the forms, because most changes meet no other. */
export const askAbout =
  (screen: Screen, object: ScreenObject): Choose =>
  async (conflicts) => {
    await import('./conflict-part.js');
    return new Promise((resolve) => {
      const chooser = Object.assign(document.createElement('fs-conflict') as FsConflict, { screen, object, conflicts });
      const done = (mine: ReadonlySet<string> | null) => {
        chooser.remove();
        resolve(mine);
      };
      chooser.addEventListener('fs-choose', (event) => done((event as CustomEvent<ReadonlySet<string>>).detail));
      chooser.addEventListener('fs-close', () => done(null));
      document.body.append(chooser);
    });
  };
