import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../engine/src/app/config.js';
import { ask, type Asked, type Exchange } from '../../engine/src/app/leaks/caller.js';
import { canaryFiles } from '../../engine/src/app/leaks/canary-model.js';
import { plantCanaries, type CanaryWorld } from '../../engine/src/app/leaks/canary-world.js';
import { marksIn } from '../../engine/src/app/leaks/scan.js';
import { openTrial, type TrialOptions } from '../../engine/src/app/leaks/trial-system.js';
import { cloneDatabase, type TestDatabase } from '../../engine/test/support/database.js';

export type CanarySystem = CanaryWorld & {
  readonly test: TestDatabase;
  /** Where the files of this system lie. */
  readonly folder: string;
  /** Calls the API as somebody: paths are below /api/v1. What must not be shown to them is looked for in every answer. */
  call(who: string | null, method: string, path: string, asked?: Asked): Promise<Exchange>;
  /** Everything found so far that somebody was shown and must not be: "who method path: mark". */
  readonly leaks: string[];
  close(): Promise<void>;
};

/** Options of the system, and settings of the installation beside those that every trial has. */
export type CanaryOptions = Partial<TrialOptions> & { readonly settings?: Readonly<Record<string, string>> };

/** The product with something to hide in it, and ears on every answer. `more` may depend on the database it is to work on. */
export async function openCanarySystem(more: CanaryOptions | ((test: TestDatabase) => Promise<CanaryOptions>) = {}): Promise<CanarySystem> {
  const test = await cloneDatabase();
  const { settings = {}, ...given } = typeof more === 'function' ? await more(test) : more;
  const folder = await mkdtemp(join(tmpdir(), 'fieldstone-bar-'));
  const config = readConfig({ FIELDSTONE_DATA_DIR: folder, FIELDSTONE_DEMO: '0', ...settings });
  const trial = await openTrial({ config, databaseConfig: test.config, files: canaryFiles(), ...given });
  const world = await plantCanaries(trial);
  const secrets = new Map<string | null, ReturnType<CanaryWorld['secretsOf']>>();
  const leaks: string[] = [];
  return {
    ...world,
    test,
    folder,
    leaks,
    async call(who, method, path, asked) {
      let marks = secrets.get(who);
      if (marks === undefined) secrets.set(who, (marks = world.secretsOf(who)));
      const answer = await ask(trial.origin, who === null ? null : world.person(who), method, `/api/v1${path}`, asked);
      const headers = [...answer.headers].map((header) => header.join(': ')).join('\n');
      for (const mark of marksIn(`${headers}\n${answer.text}`, answer.sent, marks))
        leaks.push(`${who ?? 'nobody'} ${method} ${path}: ${mark}`);
      return answer;
    },
    async close() {
      await trial.close();
      await test.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
