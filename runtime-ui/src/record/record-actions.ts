import type { RecordBody, ScreenAction, ScreenObject } from '@fieldstone/metadata/types/wire.js';
import { environmentOf, judge, pathsRead } from '../model/conditions.js';
import type { Screen } from '../model/screen.js';

/** The actions that a record can be put to as it is. One whose condition can not be judged here is offered; the server decides. */
export const offeredActions = (screen: Screen, object: ScreenObject, record: RecordBody): ScreenAction[] =>
  (object.actions ?? []).filter(
    ({ when }) => when === undefined || judge(screen, object.name, when, environmentOf(screen, record)) !== false,
  );

/** Paths over links that decide which actions are offered. */
export const actionPaths = (screen: Screen, { name, actions = [] }: ScreenObject): string[] =>
  pathsRead(
    screen,
    name,
    actions.map(({ when }) => when),
  );
