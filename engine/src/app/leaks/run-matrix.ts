import { ask, inParallel, type Exchange } from './caller.js';
import { PROBES, valuesOf, type Call } from './probes.js';
import type { MatrixWorld } from './matrix-world.js';
import { marksIn } from './scan.js';
import { runJobs, type Sink } from './jobs.js';

/** What one role learned of one object by one way. */
export type Cell = {
  readonly role: string;
  readonly object: string;
  readonly channel: string;
  /** Answers that were looked through. */
  asked: number;
  /** Texts that must not be in them. */
  secrets: number;
  /** Those that were, each with the call that showed it. */
  readonly leaks: { readonly mark: string; readonly by: string }[];
};

export type MatrixReport = {
  readonly cells: readonly Cell[];
  readonly roles: readonly string[];
  readonly objects: readonly string[];
  readonly channels: readonly string[];
  readonly calls: number;
  /** Ways that are there and were not tried: routes without a probe, routes that no probe came through, kinds of steps without a flow. */
  readonly untried: readonly string[];
  /** Ways that are left alone, and why. */
  readonly leftAlone: readonly { readonly channel: string; readonly reason: string }[];
  /** Objects of which there was no record to hide. */
  readonly unfilled: readonly string[];
};

const WIDTH = 6;

/**
 * Calls every route as every role, starts every kind of job, and looks for what each must not be shown in everything that comes back.
 *
 * Shape:  a route that nobody wrote a probe for, and that can not be called without one, is `untried`: the matrix has not passed then.
 */
export async function runMatrix(world: MatrixWorld, sink: Sink, only?: readonly string[]): Promise<MatrixReport> {
  const { trial } = world;
  const cells = new Map<string, Cell>();
  const untried: string[] = [];
  const leftAlone: { channel: string; reason: string }[] = [];
  let calls = 0;
  const secretCounts = new Map<string | null, Map<string, number>>();
  const countsOf = (who: string | null) => {
    let counts = secretCounts.get(who);
    if (counts === undefined) {
      counts = new Map();
      const { values, names } = world.secretsOf(who);
      for (const mark of [...values, ...names]) counts.set(world.objectOf(mark), (counts.get(world.objectOf(mark)) ?? 0) + 1);
      secretCounts.set(who, counts);
    }
    return counts;
  };
  const cellOf = (who: string | null, object: string, channel: string): Cell => {
    const role = world.roleOf(who);
    const key = `${role}\n${object}\n${channel}`;
    let cell = cells.get(key);
    if (cell === undefined)
      cells.set(key, (cell = { role, object, channel, asked: 0, secrets: countsOf(who).get(object) ?? 0, leaks: [] }));
    return cell;
  };
  /** Looks one text through, and notes it with every object that has something to hide from this caller. */
  const look = (who: string | null, channel: string, text: string, sent: string, by: string, about?: string) => {
    const found = marksIn(text, sent, world.secretsOf(who));
    const objects = about === undefined ? world.objects.filter((object) => (countsOf(who).get(object) ?? 0) > 0) : [about];
    for (const object of objects) cellOf(who, object, channel).asked += 1;
    const shown = channel.includes('/reveal/') && who === 'admin' ? found.filter((mark) => !world.isSecret(mark)) : found;
    for (const mark of shown) cellOf(who, world.objectOf(mark), channel).leaks.push({ mark, by });
  };
  const call = async (
    who: string | null,
    channel: string,
    method: string,
    base: string,
    path: string,
    { values, asked }: Call,
  ): Promise<Exchange> => {
    const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(values[name] ?? ''));
    const person = who === null ? null : world.person(who);
    const answer = await ask(trial.origin, person, method, base + filled, asked);
    calls += 1;
    const headers = [...answer.headers].map((header) => header.join(': ')).join('\n');
    look(who, channel, `${headers}\n${answer.text}`, answer.sent, `${method} ${answer.path}`, values['object']);
    return answer;
  };

  if (only === undefined) await runJobs(world, sink, look, untried);
  for (const [base, routes] of [
    ['/api/v1', trial.routes],
    ['', trial.rootRoutes],
  ] as const) {
    for (const { method, path } of routes) {
      const channel = `${method} ${path}`;
      if (only?.includes(channel) === false) continue;
      const probe = PROBES[channel];
      if (probe !== undefined && 'not' in probe) {
        leftAlone.push({ channel, reason: probe.not });
        continue;
      }
      const known = probe === undefined ? valuesOf(world, path) : [];
      if (probe === undefined && (method !== 'GET' || typeof known === 'string')) {
        untried.push(
          `${channel}: ${method === 'GET' ? `nothing is known of {${String(known)}}` : 'no probe'}; say in engine/src/app/leaks/probes.ts how it is called`,
        );
        continue;
      }
      for (const who of world.callers) {
        const wanted =
          probe === undefined ? (known as readonly Record<string, string>[]).map((values) => ({ values })) : probe(world, who ?? 'nobody');
        const fitting = wanted.filter(({ values }) => concerns(world, who, values['object']));
        await inParallel(fitting, WIDTH, async (each) => {
          await call(who, channel, method, base, path, each);
        });
      }
    }
  }
  const all = [...cells.values()];
  const names = (of: (cell: Cell) => string) => [...new Set(all.map(of))].sort();
  return {
    ...{ cells: all, calls, untried, leftAlone, unfilled: world.unfilled },
    ...{ roles: names(({ role }) => role), objects: names(({ object }) => object), channels: names(({ channel }) => channel) },
  };
}

/** Those of the canaries are asked about canaries, and those of other packs about their objects: nobody has rights to both, but whoever has all. */
function concerns(world: MatrixWorld, who: string | null, object: string | undefined): boolean {
  if (object === undefined) return true;
  const isCanary = object.startsWith('canary_');
  if (who?.startsWith('role:') === true) return !isCanary || object === 'canary_vault' || object === 'canary_place';
  return isCanary || object === world.objects.find((name) => !name.startsWith('canary_'));
}

export const leaksOf = ({ cells }: MatrixReport): { role: string; object: string; channel: string; mark: string; by: string }[] =>
  cells.flatMap(({ role, object, channel, leaks }) => leaks.map((leak) => ({ role, object, channel, ...leak })));
