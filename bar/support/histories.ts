/** One thing that a transaction did with a list. A read is of the list as it was before the transaction added to it. */
export type Step =
  | { readonly kind: 'append'; readonly key: string; readonly value: number }
  | { readonly kind: 'read'; readonly key: string; readonly list: readonly number[] };

/**
 * What somebody asked for and was told. `failed`: it was said that nothing happened. `unknown`: nobody knows, until somebody sees what it added: then it
 * happened, all of it, and so did its reads. Times are of one clock.
 */
export type Transaction = {
  readonly steps: readonly Step[];
  readonly outcome: 'done' | 'failed' | 'unknown';
  readonly began: number;
  readonly ended: number;
};

type EdgeKind = 'ww' | 'wr' | 'rw' | 'then';
type Edges = Map<number, Map<number, EdgeKind>>;

/**
 * Everything in a history of lists that no order of its transactions, one after the other and none before another that had ended when it began, could
 * have led to. Every value is added once, to one list; the last transaction reads every list when all is over.
 *
 * Shape:  a line for each anomaly, by its usual name: aborted and intermediate reads, lost and doubled values, halves of what
 *         was one, lists that contradict each other, and cycles: G0 (of writes alone), G1c (of writes and reads of them), G-single (one read was overtaken), G2 (several).
 * Source: K. Kingsbury and P. Alvaro, "Elle: Inferring Isolation Anomalies from Experimental Observations", 2020: lists that are only added to tell in
 *         which order the values came, and with that who must have come before whom.
 */
export function anomaliesOf(history: readonly Transaction[]): string[] {
  const writers = new Map<string, { at: number; isLast: boolean }>();
  history.forEach(({ steps }, at) => {
    for (const [index, step] of steps.entries()) {
      if (step.kind !== 'append') continue;
      const isLast = !steps.slice(index + 1).some((later) => later.kind === 'append' && later.key === step.key);
      writers.set(place(step.key, step.value), { at, isLast });
    }
  });
  const orders = new Map<string, readonly number[]>();
  const found = new Set<string>();
  const readsOf = (those: (at: number) => boolean) =>
    history.flatMap(({ steps }, at) => (those(at) ? steps.flatMap((step) => (step.kind === 'read' ? [{ at, ...step }] : [])) : []));
  for (const { key, list } of readsOf((at) => history[at]?.outcome === 'done'))
    if (list.length > (orders.get(key)?.length ?? -1)) orders.set(key, list);
  const seen = new Set([...orders].flatMap(([key, order]) => order.map((value) => writers.get(place(key, value))?.at)));
  const happened = (at: number) => history[at]?.outcome === 'done' || (history[at]?.outcome === 'unknown' && seen.has(at));
  const reads = readsOf(happened);
  for (const { at, key, list } of reads) {
    const order = orders.get(key) ?? [];
    if (list.some((value, index) => order[index] !== value)) found.add(`contradiction: ${key} was ${list.join()} and ${order.join()}`);
    if (new Set(list).size < list.length) found.add(`doubled: ${key} was ${list.join()}`);
    for (const value of list) {
      const writer = writers.get(place(key, value));
      if (writer === undefined) found.add(`from nowhere: ${String(value)} in ${key}`);
      else if (history[writer.at]?.outcome === 'failed') found.add(`aborted read: ${String(value)} in ${key}`);
    }
    const last = writers.get(place(key, list.at(-1) ?? NaN));
    if (last !== undefined && last.at !== at && !last.isLast) found.add(`intermediate read: ${key} ended with ${String(list.at(-1))}`);
  }
  for (const [name, { at }] of writers) {
    const { key, value } = placed(name);
    if (!happened(at) || (orders.get(key) ?? []).includes(value)) continue;
    found.add(`${history[at]?.outcome === 'done' ? 'lost' : 'half'}: ${String(value)} of ${key}`);
  }
  for (const cycle of cyclesIn(edgesOf(history, reads, orders, writers))) found.add(cycle);
  return [...found];
}

const place = (key: string, value: number): string => `${String(value)} ${key}`;
const placed = (name: string): { key: string; value: number } => {
  const at = name.indexOf(' ');
  return { value: Number(name.slice(0, at)), key: name.slice(at + 1) };
};

/** Who must have come before whom: by the values, and by the clock. */
function edgesOf(
  history: readonly Transaction[],
  reads: readonly { readonly at: number; readonly key: string; readonly list: readonly number[] }[],
  orders: ReadonlyMap<string, readonly number[]>,
  writers: ReadonlyMap<string, { readonly at: number }>,
): Edges {
  const edges: Edges = new Map(history.map((_, at) => [at, new Map()]));
  const add = (from: number | undefined, to: number | undefined, kind: EdgeKind) => {
    if (from === undefined || to === undefined || from === to) return;
    const known = edges.get(from);
    // What the values say says more than the clock.
    if (known?.has(to) !== true || known.get(to) === 'then') known?.set(to, kind);
  };
  const writerOf = (key: string, value: number | undefined) => (value === undefined ? undefined : writers.get(place(key, value))?.at);
  for (const [key, order] of orders) order.forEach((value, index) => add(writerOf(key, order[index - 1]), writerOf(key, value), 'ww'));
  for (const { at, key, list } of reads) {
    add(writerOf(key, list.at(-1)), at, 'wr');
    add(at, writerOf(key, orders.get(key)?.[list.length]), 'rw');
  }
  addClock(history, add);
  return edges;
}

/** Only the last that had ended are put before one that begins: who came before those comes before it too. */
function addClock(history: readonly Transaction[], add: (from: number, to: number, kind: EdgeKind) => void): void {
  const events = history.flatMap(({ began, ended, outcome }, at) => [
    { time: began, at, isEnd: false },
    ...(outcome === 'done' ? [{ time: ended, at, isEnd: true }] : []),
  ]);
  // At the same moment nobody was first.
  events.sort((a, b) => a.time - b.time || Number(a.isEnd) - Number(b.isEnd));
  const before = new Map<number, ReadonlySet<number>>();
  let last = new Set<number>();
  for (const { at, isEnd } of events) {
    if (!isEnd) {
      before.set(at, new Set(last));
      for (const from of last) add(from, at, 'then');
    } else {
      last = new Set([...last].filter((from) => before.get(at)?.has(from) !== true));
      last.add(at);
    }
  }
}

/** One line for each group of transactions that all come before each other: the shortest way around in it. */
function cyclesIn(edges: Edges): string[] {
  return components(edges).flatMap((group) => {
    const [start] = group;
    if (group.length < 2 || start === undefined) return [];
    const around = shortestCycle(edges, start, new Set(group));
    const kinds = around.map((from, index) => edges.get(from)?.get(around[(index + 1) % around.length] ?? -1));
    const overtaken = kinds.filter((kind) => kind === 'rw').length;
    const name = overtaken > 1 ? 'G2' : overtaken === 1 ? 'G-single' : kinds.includes('wr') ? 'G1c' : 'G0';
    const clock = kinds.includes('then') ? ' against the clock' : '';
    return [`${name}${clock}: ${around.map((at, index) => `${String(at)} ${kinds[index] ?? ''}`).join(' ')} ${String(around[0])}`];
  });
}

/** Strongly connected components, after Tarjan; without recursion, as histories are long. */
function components(edges: Edges): number[][] {
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const onStack = new Set<number>();
  const stack: number[] = [];
  const groups: number[][] = [];
  const lower = (node: number, value: number | undefined) => low.set(node, Math.min(low.get(node) ?? Infinity, value ?? Infinity));
  for (const root of edges.keys()) {
    if (index.has(root)) continue;
    const work: { node: number; next: Iterator<number> }[] = [];
    const enter = (node: number) => {
      index.set(node, index.size);
      low.set(node, index.get(node) ?? 0);
      stack.push(node);
      onStack.add(node);
      work.push({ node, next: (edges.get(node) ?? new Map<number, EdgeKind>()).keys() });
    };
    enter(root);
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const { node } = top;
      const { value, done } = top.next.next();
      if (done !== true) {
        if (!index.has(value)) enter(value);
        else if (onStack.has(value)) lower(node, index.get(value));
        continue;
      }
      work.pop();
      const above = work.at(-1);
      if (above !== undefined) lower(above.node, low.get(node));
      if (low.get(node) !== index.get(node)) continue;
      const group = stack.splice(stack.indexOf(node));
      for (const each of group) onStack.delete(each);
      groups.push(group);
    }
  }
  return groups;
}

function shortestCycle(edges: Edges, start: number, within: ReadonlySet<number>): number[] {
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const node of queue) {
    for (const next of edges.get(node)?.keys() ?? []) {
      if (next === start) {
        const around = [node];
        for (let at = node; at !== start;) around.unshift((at = cameFrom.get(at) ?? start));
        return around;
      }
      if (!within.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      queue.push(next);
    }
  }
  return [start];
}
