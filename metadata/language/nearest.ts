/**
 * Edit distance where a swap of two neighbours counts once (optimal string alignment), cut off at `limit`.
 *
 * Source: Damerau 1964; the three-row form needs memory for three rows only.
 */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      let best = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + same);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        best = Math.min(best, (before[column - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    if (Math.min(...current) > limit) return limit + 1;
    before = last;
    last = current;
  }
  return last[b.length] ?? limit + 1;
}

/** The candidate that someone who wrote `wrong` most likely meant; undefined when none is close. Ties go to the first. */
export function nearest(wrong: string, candidates: Iterable<string>): string | undefined {
  if (wrong.length > 60) return undefined;
  const word = wrong.toLowerCase();
  let limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  for (const candidate of candidates) {
    const away = distance(word, candidate.toLowerCase(), limit);
    if (away > limit || (best !== undefined && away === limit)) continue;
    best = candidate;
    limit = away;
  }
  return best;
}

/** ` Did you mean "amount"?`, or nothing: to be put behind a message. */
export function didYouMean(wrong: string, candidates: Iterable<string>): string {
  const guess = nearest(wrong, candidates);
  return guess === undefined ? '' : ` Did you mean "${guess}"?`;
}
