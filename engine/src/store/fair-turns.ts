import { AppError } from '../kernel/errors.js';
import { mayTake } from '../kernel/fair-share.js';
import { told } from '../texts/told.js';

type Waiter = { readonly go: (hasOne: boolean) => void; readonly timer: NodeJS.Timeout };
/** What one tenant has at once, and who of it waits, first come first. */
type Holder = { held: number; readonly waiting: Set<Waiter> };

/** What the installation asks for itself is nobody's: it is no tenant. */
export const INSTALLATION = 0;

/** So many tenants are remembered that have nothing and wait for nothing. */
const MAX_IDLE = 1_000;

/**
 * Who may have one of a fixed number of connections, and in which order.
 *
 * Shape:  `take` gives one at once, or says that one has to be waited for; each is given back. Those who wait are served by tenant in turn. As long as there
 *         is one tenant alone it may have all of them; where there are several, each has its share (fair-share.ts).
 * Errors: whoever waits for too long hears "share_exceeded" where what is held is its own, and "overloaded" otherwise.
 * Source: a call that need not wait pays two look-ups and four sums: less than 10 ns, measured.
 */
export class FairTurns {
  readonly #holders = new Map<number, Holder>();
  /** Those of whom somebody waits, the next one first. */
  readonly #turns = new Set<Holder>();
  readonly #waitMs: number;
  #size: number;
  #free: number;
  #isShared = false;
  #first: number | undefined;

  constructor(size: number, waitMs: number) {
    this.#size = size;
    this.#free = size;
    this.#waitMs = waitMs;
  }

  /** Whether more than one tenant is known: of one that is, it stays so. */
  get isShared(): boolean {
    return this.#isShared;
  }

  /** Whether somebody waits for one. */
  get isWaitedFor(): boolean {
    return this.#turns.size > 0;
  }

  share(): void {
    this.#isShared = true;
  }

  /** Takes one if there is one to be had now. */
  take(tenant: number): boolean {
    const holder = this.#holders.get(tenant) ?? this.#meet(tenant);
    if (holder.waiting.size > 0 || !this.#has(holder)) return false;
    holder.held += 1;
    this.#free -= 1;
    return true;
  }

  /** Waits for one; whoever waits has it when this resolves, unless it was sent away. */
  wait(tenant: number): Promise<boolean> {
    const holder = this.#holders.get(tenant) ?? this.#meet(tenant);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        holder.waiting.delete(waiter);
        if (holder.waiting.size === 0) this.#turns.delete(holder);
        reject(this.#late(holder));
      }, this.#waitMs);
      const waiter: Waiter = { go: resolve, timer };
      holder.waiting.add(waiter);
      this.#turns.add(holder);
    });
  }

  give(tenant: number): void {
    const holder = this.#holders.get(tenant);
    if (holder === undefined) return;
    holder.held -= 1;
    this.#free += 1;
    if (this.#turns.size > 0) this.#serve();
  }

  /** There are so many more, or fewer: then what is held beyond is not given again. */
  resize(by: number): void {
    this.#size += by;
    this.#free += by;
    if (this.#turns.size > 0) this.#serve();
  }

  /** Lets the one whose turn it is go without: there is something else for it. */
  sendAway(): void {
    for (const holder of this.#turns) {
      this.#next(holder)?.go(false);
      return;
    }
  }

  #has({ held }: Holder): boolean {
    return this.#free > 0 && (!this.#isShared || mayTake(held, this.#free));
  }

  #serve(): void {
    for (const holder of this.#turns) {
      if (this.#free <= 0) return;
      if (!this.#has(holder)) continue;
      holder.held += 1;
      this.#free -= 1;
      this.#next(holder)?.go(true);
    }
  }

  /** Takes the first one of those who wait of a holder, and the holder to the end. */
  #next(holder: Holder): Waiter | undefined {
    const [waiter] = holder.waiting;
    if (waiter === undefined) return undefined;
    clearTimeout(waiter.timer);
    holder.waiting.delete(waiter);
    this.#turns.delete(holder);
    // A set goes on with what is added to it while it is gone through, so whoever may have another one comes again.
    if (holder.waiting.size > 0) this.#turns.add(holder);
    return waiter;
  }

  #meet(tenant: number): Holder {
    if (this.#holders.size >= MAX_IDLE) {
      for (const [id, { held, waiting }] of this.#holders) if (held === 0 && waiting.size === 0) this.#holders.delete(id);
    }
    if (tenant !== INSTALLATION) {
      this.#first ??= tenant;
      if (tenant !== this.#first) this.#isShared = true;
    }
    const holder: Holder = { held: 0, waiting: new Set() };
    this.#holders.set(tenant, holder);
    return holder;
  }

  #late({ held }: Holder): AppError {
    // One of several says nothing, unless it is the only one.
    return this.#isShared && held > (this.#size === 1 ? 0 : 1)
      ? new AppError('share_exceeded', told('call.share_of_connections', { actual: held }), { extra: { retryAfter: 1 } })
      : new AppError('overloaded', told('call.database_busy'), { hint: told('try_later') });
  }
}
