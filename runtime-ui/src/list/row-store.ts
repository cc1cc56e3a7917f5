import type { ListAnswer, RecordBody } from '@fieldstone/metadata/types/wire.js';
import { totalRows } from './grid-math.js';

type Ask = { readonly cursor: string | undefined; readonly idsOnly: boolean; readonly count: boolean; readonly signal: AbortSignal };

/**
 * The rows of one list, read by pages as they come into view.
 *
 * Shape: pages follow each other by cursor, so a far jump first walks over the pages between, asking only for ids. Rows that are not
 * there yet are undefined; the grid shows a placeholder. Pages far from the view are dropped and read again when needed.
 */
export class RowStore {
  private readonly ask: (ask: Ask) => Promise<ListAnswer>;
  private readonly changed: () => void;
  private readonly pageSize: number;
  private readonly keep: number;
  private cursors: (string | null)[] = [];
  private sizes: number[] = [];
  private pages = new Map<number, readonly RecordBody[]>();
  private wanted = { first: 0, last: 0 };
  private running: Promise<void> | undefined;
  private abort = new AbortController();
  private counted: { count: number; isCapped: boolean } | undefined;
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
    const seen = this.sizes.reduce((sum, size) => sum + size, 0);
    return totalRows(this.counted.count, this.counted.isCapped, seen, this.cursors[this.sizes.length] !== null, this.pageSize);
  }

  get isCapped(): boolean {
    return (this.counted?.isCapped ?? false) && this.cursors[this.sizes.length] !== null;
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
      const answer = await this.read(0, false, true);
      if (!answer) return;
      this.cursors = [];
      this.sizes = [];
      this.pages = new Map();
      this.take(0, answer, true);
    } else {
      this.stale = new Set(this.pages.keys());
    }
    this.changed();
    this.run();
  }

  private stale = new Set<number>();

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

  private next(): { page: number; idsOnly: boolean } | undefined {
    const from = Math.floor(this.wanted.first / this.pageSize);
    const to = Math.floor(this.wanted.last / this.pageSize);
    for (let page = from; page <= to; page += 1) {
      if (this.pages.has(page) && !this.stale.has(page)) continue;
      const known = this.sizes.length;
      if (page <= known) return page > 0 && this.cursors[page] === null ? undefined : { page, idsOnly: false };
      return this.cursors[known] === null ? undefined : { page: known, idsOnly: true };
    }
    return undefined;
  }

  private async fill(): Promise<void> {
    const signal = this.abort.signal;
    for (let step = this.next(); step && !signal.aborted; step = this.next()) {
      const answer = await this.read(step.page, step.idsOnly, this.counted === undefined);
      if (!answer || signal.aborted) return;
      this.take(step.page, answer, !step.idsOnly);
      this.stale.delete(step.page);
      if (!step.idsOnly || this.sizes.length % 5 === 0) this.changed();
    }
  }

  private async read(page: number, idsOnly: boolean, count: boolean): Promise<ListAnswer | undefined> {
    const { signal } = this.abort;
    try {
      return await this.ask({ cursor: page === 0 ? undefined : (this.cursors[page] ?? undefined), idsOnly, count, signal });
    } catch (error) {
      if (signal.aborted) return undefined;
      this.error = error;
      this.changed();
      return undefined;
    }
  }

  private take(page: number, answer: ListAnswer, withRows: boolean) {
    if (answer.page.count !== undefined) this.counted = { count: answer.page.count, isCapped: answer.page.countIsCapped ?? false };
    this.counted ??= { count: answer.data.length, isCapped: true };
    this.sizes[page] = answer.data.length;
    this.cursors[page + 1] = answer.page.next;
    if (!withRows) return;
    this.pages.set(page, answer.data);
    const center = Math.floor(this.wanted.first / this.pageSize);
    const far = [...this.pages.keys()].sort((a, b) => Math.abs(b - center) - Math.abs(a - center));
    for (const old of far.slice(0, Math.max(0, far.length - this.keep))) this.pages.delete(old);
  }
}
