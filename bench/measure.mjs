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

/** Closed-loop load on one server that is put on by turns: its connections stay open in between, and requests go on where they were. */
export class Load {
  #requests;
  #users;
  #next = 0;

  constructor({ port, requests, connections }) {
    this.#requests = requests;
    this.#users = Array.from({ length: connections }, () => new Connection(port));
  }

  /**
   * Every connection asks for `seconds`, and then waits for its last answer.
   *
   * Shape: {latencies: ms of each answer, seconds: until the last one, failures, firstFailure?, sent}.
   */
  async turn(seconds) {
    const latencies = [];
    let failures = 0;
    let firstFailure;
    const first = this.#next;
    const started = performance.now();
    const end = started + seconds * 1000;
    const loop = async (user) => {
      while (performance.now() < end) {
        const at = performance.now();
        const answer = await user.send(this.#requests[this.#next++ % this.#requests.length]);
        if (isFailure(answer)) {
          failures += 1;
          firstFailure ??= `${answer.status} ${answer.body.toString().slice(0, 300)}`;
        } else latencies.push(performance.now() - at);
      }
    };
    await Promise.all(this.#users.map(loop));
    return { latencies, seconds: (performance.now() - started) / 1000, failures, firstFailure, sent: this.#next - first };
  }

  close() {
    for (const user of this.#users) user.close();
  }
}

/** One turn of a load of its own; gives the answers, the latencies in ms and the first failure, if any. */
export async function window({ seconds, ...load }) {
  const own = new Load(load);
  const turn = await own.turn(seconds);
  own.close();
  return { ...turn, count: turn.latencies.length, perSecond: turn.latencies.length / turn.seconds };
}

/**
 * How long a turn is, in seconds: so short that whatever else the machine does meets all sides alike, and so long that the end of a turn, when connections
 * wait for the last answer of others, is little of it.
 */
export const turnSeconds = (latencyMs, connections, most) =>
  Math.min(most, Math.max(0.1, ((connections === 1 ? 4 : 20) * latencyMs) / 1000));

export const quantile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
export const median = (values) =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
