import { PEERS } from './peers/figures.mjs';

/** A table of results as Markdown. The ratio is the platform's rate over the floor's: 1 would be a platform that costs nothing; `× peer`: as many requests as that one. */
export function report(results) {
  const number = (value, digits) => (value === undefined ? 'n/a' : value.toFixed(digits));
  const head = [
    'scenario',
    'conn',
    'ours / floor',
    'ours /s',
    'floor /s',
    'p50 ms',
    'p99 ms',
    'server CPU ms/op',
    '(floor)',
    'Postgres CPU ms/op',
    '(floor)',
    ...PEERS.map((peer) => `× ${peer}`),
  ];
  const rows = results.map(({ scenario, connections, ratio, ours, floor, peers }) => [
    scenario,
    String(connections),
    ratio.toFixed(2),
    number(ours.perSecond, 0),
    number(floor.perSecond, 0),
    number(ours.p50Ms, 2),
    number(ours.p99Ms, 1),
    number(ours.serverCpuMs, 3),
    number(floor.serverCpuMs, 3),
    number(ours.postgresCpuMs, 3),
    number(floor.postgresCpuMs, 3),
    ...peers.map((times) => (times === undefined ? '' : times.toFixed(times < 10 ? 2 : 0))),
  ]);
  const beside = results.flatMap(({ scenario, connections, besides }) =>
    besides.map(
      ({ scenario: other, times, floorTimes }) =>
        `${other}, ${connections} connections: ${number(times, 2)} times ${scenario}, the floor ${number(floorTimes, 2)} times`,
    ),
  );
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), '', ...beside].join('\n');
}
