// What takes part in a comparison: a scenario on a side, measured in turns with the others.
import { postgresCpuMs, processCpuMs } from './cpu.mjs';
import { Load, median, quantile, requestsOf, turnSeconds } from './measure.mjs';
import { scenarios } from './scenarios.mjs';

/** Different requests of a scenario; of writes as many as nobody answers in one round, because a change that was made already changes nothing. */
export const REQUESTS = 512;
const WRITES = 12_000;

/** One scenario on one side, and what was measured of it in each round. */
export class Contender {
  rounds = [];
  #servers;
  #data;
  #load;

  constructor(servers, data, name, side, connections) {
    this.name = name;
    this.side = side;
    this.#servers = servers;
    this.#data = data;
    this.connections = connections;
  }

  /** The next round, with requests from number `from` on; gives the number after its last. */
  begin(from) {
    const scenario = scenarios[this.name];
    const { port, headers } = this.#servers[this.side];
    const count = scenario.requests ?? (scenario.kind === 'write' ? WRITES : REQUESTS);
    const requests = requestsOf(scenario, this.side, this.#data, headers[scenario.as], port, count, from);
    this.#load = new Load({ port, requests, connections: this.connections });
    this.rounds.push({ latencies: [], seconds: 0, cpuMs: [0, 0] });
    return from + (scenario.kind === 'write' ? count : 0);
  }

  /** Gives the median latency, in ms. */
  async warm(forSeconds) {
    const { latencies } = await this.#answered(forSeconds);
    return median(latencies);
  }

  get measuredSeconds() {
    return this.rounds.at(-1).seconds;
  }

  async turn(forSeconds) {
    const cpu = () => [processCpuMs(this.#servers[this.side].pid), postgresCpuMs(this.#servers.postgresPid)];
    const before = cpu();
    const turn = await this.#answered(forSeconds);
    const after = cpu();
    const round = this.rounds.at(-1);
    for (const latency of turn.latencies) round.latencies.push(latency);
    round.seconds += turn.seconds;
    round.cpuMs = round.cpuMs.map((sum, index) => sum + after[index] - before[index]);
  }

  end() {
    this.#load.close();
  }

  get rates() {
    return this.rounds.map(({ latencies, seconds }) => latencies.length / seconds);
  }

  get summary() {
    const latencies = this.rounds.flatMap((round) => round.latencies).sort((a, b) => a - b);
    const cpu = (index) => {
      const perOperation = median(this.rounds.map((round) => round.cpuMs[index] / round.latencies.length));
      return Number.isNaN(perOperation) ? undefined : perOperation;
    };
    return {
      perSecond: median(this.rates),
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
      serverCpuMs: cpu(0),
      postgresCpuMs: cpu(1),
    };
  }

  async #answered(forSeconds) {
    const turn = await this.#load.turn(forSeconds);
    if (turn.failures > 0) throw new Error(`${this.side}, "${this.name}": ${turn.failures} requests failed: ${turn.firstFailure}`);
    return turn;
  }
}

/** Of two contenders that took turns, how many times as many requests per second the first was answered: the median of all rounds. */
export const ratioOf = (one, other) => median(one.rates.map((rate, index) => rate / other.rates[index]));

/** Measures contenders in turns, with requests from number `from` on; gives the number after the last. */
export async function takeTurns(contenders, { rounds, seconds, warmUp, from }) {
  let next = from;
  for (let round = 0; round < rounds; round++) {
    const latencies = [];
    for (const contender of contenders) {
      next = contender.begin(next);
      latencies.push(await contender.warm(round === 0 ? warmUp : Math.min(0.4, seconds / 2)));
    }
    const length = turnSeconds(median(latencies), contenders[0].connections, seconds);
    for (let turn = 0; contenders.some((contender) => contender.measuredSeconds < seconds); turn++)
      for (const contender of turn % 2 ? [...contenders].reverse() : contenders) await contender.turn(length);
    for (const contender of contenders) contender.end();
  }
  return next;
}
