import './app/fs-app.js';
// Every route shows values: the field types travel with the entry instead of in a chunk of their own.
import './fields/registry.js';
import { startKeys } from './app/keys.js';
import { applyPreferences } from './app/preferences.js';
import { startRouter } from './app/router.js';
import { watchSession } from './app/session.js';

applyPreferences();
startRouter();
startKeys();
watchSession();
