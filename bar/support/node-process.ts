import { readConfig } from '../../engine/src/app/config.js';
import { runStart } from '../../engine/src/app/run-start.js';

/** The product as `fieldstone start` runs it, with the packs of another folder: the tests start, kill and stop it. */
process.exitCode = await runStart(readConfig(process.env, process.env['BAR_ROOT']));
