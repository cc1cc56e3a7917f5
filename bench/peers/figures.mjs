// What other platforms need for the same requests: the floor's requests per second over theirs, at 1, 8 and 32 connections, as measured side by
// side with the same rows and fitting indexes on two cores. PostGraphile 5.1, Directus 12.4 (11.17 where rights restrict), NocoBase 2.2.
export const PEERS = ['postgraphile', 'directus', 'nocobase'];

const lines = {
  list50: [
    [1.5, 4.48, 8.05],
    [1.81, 4.27, 10.4],
    [2.32, 4.74, 9.89],
  ],
  list50_nocount: [
    [3.17, 7.58, undefined],
    [2.42, 7.68, undefined],
    [2.98, 10.1, undefined],
  ],
  list50_restricted: [
    [1.62, 5.43, 7.7],
    [2.41, 6.91, 10.7],
    [2.48, 6.88, 8.8],
  ],
  get1: [
    [3.17, 20.6, 22.4],
    [4.16, 38.2, 50.3],
    [4.06, 45.6, 54.9],
  ],
  search: [
    [7.82, 12.2, 15.7],
    [10.6, 16.5, 24.1],
    [8.87, 22.4, 20.6],
  ],
  kanban: [
    [1.03, 1.68, 2.96],
    [1.15, 2.78, 6.34],
    [1.2, 2.49, 6.36],
  ],
  aggregate: [
    [1.03, 1.13, 1.19],
    [0.96, 1.47, 1.6],
    [1.01, 1.12, 1.26],
  ],
  deep_offset: [
    [20.5, 12.3, 18.4],
    [18.6, 11.5, 16.8],
    [19.5, 10.1, 12.7],
  ],
  deep_cursor: [
    [193, 215, 304],
    [162, 200, 337],
    [172, 236, 392],
  ],
  create: [
    [1.77, 13.1, 7.59],
    [1.81, 20, 10.6],
    [1.87, 24.2, 11.9],
  ],
  update: [
    [1.83, 17.2, 9.19],
    [2.2, 33, 14.2],
    [2.73, 44.5, 17.8],
  ],
  // Medians of three calls with a thousand records each, one after another.
  bulk: [[44.3, 85.7, 386]],
};

/** How many times as many requests as each peer the platform answers, by its own ratio to the floor; undefined where a peer has no figure. */
export function againstPeers(line, connections, ratio) {
  const figures = lines[line]?.[[1, 8, 32].indexOf(connections)];
  return PEERS.map((_, index) => (figures?.[index] === undefined ? undefined : figures[index] * ratio));
}
