import { json, type Asked, type Exchange } from '../../engine/src/app/leaks/caller.js';
import { SPECIMEN } from '../../engine/src/app/leaks/canary-model.js';
import type { CanarySystem } from './canary-system.js';

/** One call of a route that does what the route is there for, and who may make it. */
export type Deed = {
  /** What stands in the address. */
  readonly values?: Readonly<Record<string, string>>;
  readonly asked?: Asked;
  /** Everybody else is refused. "signed-in": about what is the caller's own. "anybody": without a name too. */
  readonly may: readonly string[] | 'signed-in' | 'anybody';
  /** With a session, where a key will not do. */
  readonly bySession?: true;
  /** What the administrator is answered, where there was nothing to do. */
  readonly status?: number;
  /** What others are told, where an object that they may not know of stands in a question. */
  readonly refused?: number;
  /** The answer is 200 and says of each part what became of it. */
  readonly each?: true;
};

/** Makes ready what the calls of a route are about, and gives the calls. */
export type Deeds = Readonly<Record<string, (stage: Stage) => Promise<readonly Deed[]> | readonly Deed[]>>;

export type Made = { readonly id: string; readonly operation: string };

/** What calls are about: of the first tenant, and out of reach of all but three. */
export type Stage = {
  readonly system: CanarySystem;
  /** A call of the administrator that must be done. */
  done(method: string, path: string, asked?: Asked): Promise<Exchange>;
  made(object: string, values?: Readonly<Record<string, unknown>>): Promise<Made>;
  /** A specimen of "rival", in the south and won: nobody else reads it but the administrator and "canary_shut". */
  specimen(values?: Readonly<Record<string, unknown>>): Promise<Made>;
  /** A name that nobody used. */
  fresh(): string;
};

/** Who reads, changes and deletes the specimens of the stage. */
export const REACHES: readonly string[] = ['admin', 'canary_shut', 'rival'];

export function openStage(system: CanarySystem): Stage {
  let next = 0;
  const fresh = () => `bar${String((next += 1)).padStart(4, '0')}`;
  const done: Stage['done'] = async (method, path, asked) => {
    const answer = await system.call('admin', method, path, asked);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${String(answer.status)} ${answer.text.slice(0, 1_000)}`);
    return answer;
  };
  const made: Stage['made'] = async (object, values = {}) => {
    const answer = await done('POST', `/records/${object}`, { body: values });
    return { id: String(json(answer)['id']), operation: answer.headers.get('operation-id') ?? '' };
  };
  return {
    ...{ system, fresh, done, made },
    specimen: (values) =>
      made(SPECIMEN, { title: fresh(), status: 'won', region: 'south', owner: system.person('rival').id, size: 5, ...values }),
  };
}

/** The address of a deed. */
export const addressOf = (path: string, values: Readonly<Record<string, string>> = {}): string =>
  path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(values[name] ?? ''));

const cookies = new WeakMap<CanarySystem, Map<string, Promise<string>>>();

/** The session of somebody: signed in once, with what a browser sends along. */
export async function sessionOf(system: CanarySystem, who: string): Promise<Readonly<Record<string, string>>> {
  let known = cookies.get(system);
  if (known === undefined) cookies.set(system, (known = new Map()));
  let cookie = known.get(who);
  if (cookie === undefined) {
    const body = { email: system.person(who).email, password: system.trial.password };
    const signIn = async () => (await system.call(null, 'POST', '/auth/login', { body })).headers.get('set-cookie')?.split(';')[0] ?? '';
    known.set(who, (cookie = signIn()));
  }
  return { Cookie: await cookie, Origin: system.trial.origin };
}

/** Makes the call as somebody, or as nobody. */
export async function act(system: CanarySystem, who: string | null, channel: string, deed: Deed): Promise<Exchange> {
  const [method = '', path = ''] = channel.split(' ');
  const address = addressOf(path, deed.values);
  if (deed.bySession !== true || who === null) return system.call(who, method, address, deed.asked);
  const headers = { ...deed.asked?.headers, ...(await sessionOf(system, who)) };
  return system.call(null, method, address, { ...deed.asked, headers });
}

export const mayDo = ({ may }: Deed, who: string | null): boolean =>
  may === 'anybody' || (who !== null && (may === 'signed-in' || may.includes(who)));
