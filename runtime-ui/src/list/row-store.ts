import type { ListAnswer, RecordBody } from '@fieldstone/metadata/types/wire.js';
import { totalRows } from './grid-math.js';

/** One page to read: after a cursor, or past `skip` rows. `isCount` asks for the exact count and no rows. */
export type Ask = {
  readonly cursor?: string;
  readonly skip?: number;
  readonly count: 'none' | 'capped' | 'exact';
  readonly isCount?: boolean;
  readonly signal: AbortSignal;
};

/**
 * The rows of one list, read by pages as they come into view.
 *
 * Shape: a page goes on from the cursor of the page before it where that is known; a jump to a far place passes over the rows between, so any
 *        place is one call away. Rows that are not there yet are undefined; the grid shows a placeholder. Pages far from the view are
 *        dropped and read again when needed.
 */
export class RowStore {
  private readonly ask: (ask: Ask) => Promise<ListAnswer>;
  private readonly changed: () => void;
  private readonly pageSize: number;
  private readonly keep: number;
  private cursors = new Map<number, string>();
  private pages = new Map<number, readonly RecordBody[]>();
  private stale = new Set<number>();
  private wanted = { first: 0, last: 0 };
  private running: Promise<void> | undefined;
  private abort = new AbortController();
  private counted: { count: number; isCapped: boolean } | undefined;
  /** Rows known to exist, and the number of all rows once the last page was read. */
  private seen = 0;
  private end: number | undefined;
  error: unknown;

  constructor(ask: (ask: Ask) => Promise<ListAnswer>, changed: () => void, pageSize = 200, keep = 12) {
    this.ask = ask;
    this.changed = changed;
    this.pageSize = pageSize;
    this.keep = keep;
  }

  /** Undefined until the first page is there. */
  get total(): number | undefined {
    if (this.counted === undefined) return undefined;
    if (this.end !== undefined) return this.end;
    return totalRows(this.counted.count, this.counted.isCapped, this.seen, true, this.pageSize);
  }

  get isCapped(): boolean {
    return (this.counted?.isCapped ?? false) && this.end === undefined;
  }

  row(index: number): RecordBody | undefined {
    return this.pages.get(Math.floor(index / this.pageSize))?.[index % this.pageSize];
  }

  want(first: number, last: number) {
    this.wanted = { first: Math.max(0, first), last: Math.max(0, last) };
    this.run();
  }

  /** Reads what is in view again and keeps it on screen meanwhile. */
  async refresh(): Promise<void> {
    this.abort.abort();
    await this.running?.catch(() => undefined);
    this.abort = new AbortController();
    this.error = undefined;
    const first = Math.floor(this.wanted.first / this.pageSize);
    if (first === 0) {
      const answer = await this.read(0, 'capped');
      if (!answer) return;
      this.cursors = new Map();
      this.pages = new Map();
      this.stale = new Set();
      this.seen = 0;
      this.end = undefined;
      this.take(0, answer);
    } else {
      this.stale = new Set(this.pages.keys());
    }
    this.changed();
    this.run();
  }

  /** A changed record takes its new values without its list being read again. */
  replace(record: RecordBody) {
    for (const [page, rows] of this.pages) {
      const index = rows.findIndex((row) => row.id === record.id);
      if (index >= 0) this.pages.set(page, rows.with(index, record));
    }
    this.changed();
  }

  has(id: string): boolean {
    return [...this.pages.values()].some((rows) => rows.some((row) => row.id === id));
  }

  retry() {
    this.error = undefined;
    this.changed();
    this.run();
  }

  close() {
    this.abort.abort();
  }

  private run() {
    if (this.running || this.error !== undefined) return;
    this.running = this.fill().finally(() => (this.running = undefined));
  }

  private next(): number | undefined {
    const to = Math.floor(this.wanted.last / this.pageSize);
    for (let page = Math.floor(this.wanted.first / this.pageSize); page <= to; page += 1) {
      if (this.pages.has(page) && !this.stale.has(page)) continue;
      return page > 0 && this.end !== undefined && page * this.pageSize >= this.end ? undefined : page;
    }
    return undefined;
  }

  private async fill(): Promise<void> {
    const { signal } = this.abort;
    for (let page = this.next(); page !== undefined && !signal.aborted; page = this.next()) {
      const answer = await this.read(page, this.counted === undefined ? 'capped' : 'none');
      if (!answer || signal.aborted) return;
      this.take(page, answer);
      this.stale.delete(page);
      this.changed();
    }
  }

  private async read(page: number, count: 'none' | 'capped'): Promise<ListAnswer | undefined> {
    const { signal } = this.abort;
    const cursor = this.cursors.get(page);
    const place = page === 0 ? {} : cursor === undefined ? { skip: page * this.pageSize } : { cursor };
    try {
      return await this.ask({ ...place, count, signal });
    } catch (error) {
      if (signal.aborted) return undefined;
      this.error = error;
      this.changed();
      return undefined;
    }
  }

  private take(page: number, { data, page: { next, count, countIsCapped = false } }: ListAnswer) {
    if (count !== undefined) this.counted = { count, isCapped: countIsCapped };
    this.counted ??= { count: data.length, isCapped: true };
    if (count !== undefined && countIsCapped) void this.countAll();
    const read = page * this.pageSize + data.length;
    // A page past the end says only that the end lies before it.
    if (next === null) this.end = read;
    else {
      this.cursors.set(page + 1, next);
      this.seen = Math.max(this.seen, read);
      if (this.end !== undefined && this.end <= read) this.end = undefined;
    }
    if (data.length === 0 && page > 0) return;
    this.pages.set(page, data);
    const center = Math.floor(this.wanted.first / this.pageSize);
    const far = [...this.pages.keys()].sort((a, b) => Math.abs(b - center) - Math.abs(a - center));
    for (const old of far.slice(0, Math.max(0, far.length - this.keep))) this.pages.delete(old);
  }

  /** The rows in view do not wait for a long count; where it fails, the list grows as it is scrolled. */
  private async countAll(): Promise<void> {
    const { signal } = this.abort;
    const answer = await this.ask({ count: 'exact', isCount: true, signal }).catch(() => undefined);
    if (answer?.page.count === undefined || signal.aborted) return;
    this.counted = { count: answer.page.count, isCapped: false };
    this.changed();
  }
}
