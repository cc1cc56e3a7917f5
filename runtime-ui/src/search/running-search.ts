import type { SearchAnswer } from '@fieldstone/metadata/types/wire.js';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { searchAll } from './search-api.js';

/** Long enough that a word typed at once is asked for once. */
const PAUSE_MS = 120;
const KEPT = 20;

type Wanted = { readonly q: string; readonly object: string; readonly limit: number };
const keyOf = ({ q, object, limit }: Wanted) => JSON.stringify([q, object, limit]);

/**
 * A search while somebody types: one question on its way at a time, and only the answer to the last one is shown.
 *
 * Shape: `answer` is that of `shown`, which stays until the next one is there. `counts` are those of the text without a choice of objects.
 */
export class RunningSearch implements ReactiveController {
  private readonly host: ReactiveControllerHost;
  private wanted: Wanted = { q: '', object: '', limit: 20 };
  private timer = 0;
  private asking: AbortController | null = null;
  private readonly known = new Map<string, SearchAnswer>();

  answer: SearchAnswer | null = null;
  shown: Wanted | null = null;
  counts: SearchAnswer['objects'] = [];
  failure: unknown;

  constructor(host: ReactiveControllerHost) {
    this.host = host;
    host.addController(this);
  }

  hostDisconnected() {
    this.stop();
  }

  get isBusy(): boolean {
    return this.timer !== 0 || this.asking !== null;
  }

  ask(wanted: Wanted, at: 'once' | 'soon' = 'soon') {
    const next = { ...wanted, q: wanted.q.trim() };
    if (keyOf(next) === keyOf(this.wanted) && this.failure === undefined && (this.answer !== null || this.isBusy)) return;
    this.wanted = next;
    this.stop();
    this.failure = undefined;
    if (next.q === '') {
      this.answer = null;
      this.shown = null;
      this.counts = [];
      this.host.requestUpdate();
      return;
    }
    const known = this.known.get(keyOf(next));
    if (known !== undefined) return this.show(next, known);
    const pause = at === 'once' ? 0 : PAUSE_MS;
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      void this.fetch(next);
    }, pause);
    this.host.requestUpdate();
  }

  again() {
    const { wanted } = this;
    this.wanted = { ...wanted, q: '' };
    this.ask(wanted, 'once');
  }

  private stop() {
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.asking?.abort();
    this.asking = null;
  }

  private async fetch(wanted: Wanted) {
    const asking = new AbortController();
    this.asking = asking;
    try {
      const answer = await searchAll(wanted.q, wanted.object === '' ? [] : [wanted.object], wanted.limit, asking.signal);
      if (this.asking !== asking) return;
      this.asking = null;
      this.known.set(keyOf(wanted), answer);
      if (this.known.size > KEPT) this.known.delete(this.known.keys().next().value ?? '');
      this.show(wanted, answer);
    } catch (error) {
      if (this.asking !== asking) return;
      this.asking = null;
      this.failure = error;
      this.host.requestUpdate();
    }
  }

  private show(wanted: Wanted, answer: SearchAnswer) {
    if (wanted.object === '') this.counts = answer.objects;
    this.shown = wanted;
    this.answer = answer;
    this.host.requestUpdate();
  }
}
