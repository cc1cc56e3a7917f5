import { registerIconLibrary } from '@shoelace-style/shoelace/dist/utilities/icon-library.js';
import sprite from './system-icons.svg?url';

/** The kit asks for its few icons by name: both its libraries read the own sprite, so no icon comes from elsewhere. */
const fromSprite = { resolver: (name: string) => `${sprite}#${name}`, spriteSheet: true };

registerIconLibrary('system', fromSprite);
registerIconLibrary('default', fromSprite);
