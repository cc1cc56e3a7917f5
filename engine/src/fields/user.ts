import { reference } from './reference.js';

/** A link to a person of the installation. */
export const user = reference('user', ['where'], { link: 'one', linksTo: 'user' });
