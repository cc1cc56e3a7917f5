/**
 * A stream of numbers from 0 (inclusive) to 1 (exclusive) that is a pure function of its name, so that a value of a demo record does not
 * move when another field or record is added.
 *
 * Source: FNV-1a for the seed, splitmix32 for the stream. Good enough to look random to people, not for secrets.
 */
export function seededRandom(name: string): () => number {
  let state = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) state = Math.imul(state ^ name.charCodeAt(i), 0x01000193);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) / 4_294_967_296;
  };
}
