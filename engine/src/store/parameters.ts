/** What a compiled statement takes from the call it serves, besides the constants it was compiled with. */
export type Runtime = {
  readonly tenantId: number;
  readonly userId: string;
  readonly now: Date;
  readonly timeZone: string;
  /** ISO code of the currency that amounts are added up in; only people's questions add up amounts. */
  readonly currency?: string;
};

type Source =
  | { readonly kind: 'tenant' | 'user' | 'now' | 'timeZone' | 'currency' }
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'input'; readonly key: string };

/**
 * The numbered parameters of one statement. Each is numbered when it is first asked for, because Postgres refuses a parameter that the text
 * does not use.
 *
 * Shape:  `$1::int` is always the tenant. Casts stand with the parameter, so that its type never depends on where it is used first.
 */
export class Parameters {
  readonly #sources: Source[] = [{ kind: 'tenant' }];
  readonly #named = new Map<string, string>();
  readonly tenant = '$1::int';

  get user(): string {
    return this.#once('user', { kind: 'user' }, '::uuid');
  }
  get now(): string {
    return this.#once('now', { kind: 'now' }, '::timestamptz');
  }
  get timeZone(): string {
    return this.#once('timeZone', { kind: 'timeZone' }, '::text');
  }

  /** The base currency of the tenant. */
  get currency(): string {
    return this.#once('currency', { kind: 'currency' }, '::text');
  }

  constant(value: unknown): string {
    this.#sources.push({ kind: 'constant', value });
    return `$${this.#sources.length}`;
  }

  /** A value that differs from call to call of the same statement. */
  input(key: string, cast = ''): string {
    return this.#once(`input ${key}`, { kind: 'input', key }, cast);
  }

  values(runtime: Runtime, inputs: Readonly<Record<string, unknown>> = {}): unknown[] {
    return this.#sources.map((source) => {
      switch (source.kind) {
        case 'tenant':
          return runtime.tenantId;
        case 'user':
          return runtime.userId;
        case 'now':
          return runtime.now.toISOString();
        case 'timeZone':
          return runtime.timeZone;
        case 'currency':
          return runtime.currency ?? null;
        case 'constant':
          return source.value;
        case 'input':
          return inputs[source.key] ?? null;
      }
    });
  }

  #once(name: string, source: Source, cast: string): string {
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    this.#sources.push(source);
    const text = `$${this.#sources.length}${cast}`;
    this.#named.set(name, text);
    return text;
  }
}
