// Closed-loop load on one server: each connection sends the next request as soon as it has the answer to the last.
import { Connection, serialise } from './http-client.mjs';

const isFailure = ({ status }) => status < 200 || status >= 300;

/** Prepared requests of one scenario for one server. Writes get numbers of their own in every window, so that nothing repeats. */
export function requestsOf(scenario, side, data, headers, port, count, from = 0) {
  return Array.from({ length: count }, (_, i) => {
    const request = scenario[side](from + i, data);
    return serialise({ ...request, headers: { ...request.headers, ...headers } }, `127.0.0.1:${port}`);
  });
}

/** Runs `connections` loops for `seconds`; gives the answers, the latencies in ms and the first failure, if any. */
export async function window({ port, requests, connections, seconds }) {
  const users = Array.from({ length: connections }, () => new Connection(port));
  const latencies = [];
  let failures = 0;
  let firstFailure;
  let next = 0;
  const started = performance.now();
  const end = started + seconds * 1000;
  await Promise.all(
    users.map(async (user) => {
      while (performance.now() < end) {
        const at = performance.now();
        const answer = await user.send(requests[next++ % requests.length]);
        if (isFailure(answer)) {
          failures += 1;
          firstFailure ??= `${answer.status} ${answer.body.toString().slice(0, 300)}`;
        } else latencies.push(performance.now() - at);
      }
    }),
  );
  const wall = (performance.now() - started) / 1000;
  for (const user of users) user.close();
  return { count: latencies.length, perSecond: latencies.length / wall, latencies, failures, firstFailure, sent: next };
}

export const quantile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
export const median = (values) =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
