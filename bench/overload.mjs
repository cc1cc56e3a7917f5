// npm run bench:overload: what is left of the platform when four times as many requests arrive as it can answer.
//
//   npm run bench:overload                    about two minutes
//
// Closed loop first, to find how many it answers; then requests arrive at four times that rate, whether or not the earlier ones were answered. Both take turns,
// because what the machine gives changes from one second to the next; the middle of their ratios counts.
import net from 'node:net';
import { parseArgs } from 'node:util';
import { installPack } from './install-pack.mjs';
import { loadData } from './load-data.mjs';
import { median, quantile, requestsOf, window } from './measure.mjs';
import { scenarios } from './scenarios.mjs';
import { startAll } from './servers.mjs';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: 'get1,list50_nocount' },
    times: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
  },
});
const started = performance.now();
const log = (text) => console.error(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}`);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** One request at a time on a connection of its own; the many wait for a free one as a browser's would. */
function openConnections(port, count) {
  const idle = [];
  for (let n = 0; n < count; n += 1) {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    const connection = { socket, done: undefined, text: '' };
    socket.on('data', (bytes) => {
      connection.text += bytes.toString('latin1');
      const end = connection.text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(connection.text.slice(0, end))?.[1] ?? 0);
      if (connection.text.length < end + 4 + length) return;
      const status = Number(connection.text.slice(9, 12));
      connection.text = '';
      idle.push(connection);
      connection.done?.(status);
    });
    socket.on('error', () => connection.done?.(0));
    idle.push(connection);
  }
  return idle;
}

async function arrive({ port, requests, rate, seconds }) {
  const idle = openConnections(port, 1_000);
  await sleep(300);
  const answers = { ok: [], refused: [], other: {}, unsent: 0 };
  const open = new Set();
  const from = performance.now();
  let sent = 0;
  while (performance.now() - from < seconds * 1_000) {
    const due = Math.floor(((performance.now() - from) / 1_000) * rate);
    for (; sent < due; sent += 1) {
      const connection = idle.pop();
      if (connection === undefined) {
        answers.unsent += 1;
        continue;
      }
      const at = performance.now();
      const done = new Promise((resolve) => (connection.done = resolve)).then((status) => {
        const ms = performance.now() - at;
        if (status === 200) answers.ok.push(ms);
        else if (status === 503) answers.refused.push(ms);
        else answers.other[status] = (answers.other[status] ?? 0) + 1;
        open.delete(done);
      });
      open.add(done);
      connection.socket.write(requests[sent % requests.length]);
    }
    await sleep(1);
  }
  const wall = (performance.now() - from) / 1_000;
  const { ok } = answers;
  const inTime = ok.length / wall;
  await Promise.race([Promise.all(open), sleep(10_000)]);
  for (const { socket } of idle) socket.destroy();
  return { ...answers, inTime };
}

const servers = await startAll(log);
try {
  await installPack(servers.ours);
  log('loading');
  const { repId, adminId } = servers.people;
  const data = { ...(await loadData(servers.db, { repId, fraction: 0.2 })), admin: adminId };
  const { port, headers } = servers.ours;
  const lines = [];
  for (const name of options.only.split(',')) {
    const scenario = scenarios[name];
    const requests = requestsOf(scenario, 'ours', data, headers[scenario.as], port, 512);
    await window({ port, requests, connections: 32, seconds: 3 });
    let healthy = 0;
    let asked = 0;
    const rounds = [];
    for (let round = 0; round < Number(options.rounds); round += 1) {
      const peak = (await window({ port, requests, connections: 32, seconds: Number(options.seconds) })).perSecond;
      const health = setInterval(async () => {
        asked += 1;
        const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
        if (answer?.ok) healthy += 1;
      }, 250);
      const over = await arrive({ port, requests, rate: peak * Number(options.times), seconds: Number(options.seconds) });
      clearInterval(health);
      rounds.push({ ...over, peak, share: over.inTime / peak });
      log(`${name}: ${over.inTime.toFixed(0)} of ${peak.toFixed(0)}/s`);
      await sleep(1_000);
    }
    const all = (pick) => rounds.flatMap(pick).sort((a, b) => a - b);
    const sum = (pick) => rounds.reduce((total, round) => total + pick(round), 0);
    const others = rounds.map(({ other }) => other).filter((other) => Object.keys(other).length > 0);
    lines.push(
      `${name}: at ${options.times} × its peak of ${median(all(({ peak }) => peak)).toFixed(0)}/s it still answers ${median(all(({ inTime }) => inTime)).toFixed(0)}/s, ${median(all(({ share }) => share)).toFixed(2)} of the peak (${all(
        ({ share }) => share,
      )
        .map((share) => share.toFixed(2))
        .join(', ')}); answered p99 ${quantile(
        all(({ ok }) => ok),
        0.99,
      ).toFixed(0)} ms; turned away ${sum(({ refused }) => refused.length)} (p99 ${quantile(
        all(({ refused }) => refused),
        0.99,
      ).toFixed(0)} ms), not even sent ${sum(({ unsent }) => unsent)}, other ${JSON.stringify(others)}; health ${healthy} of ${asked}`,
    );
    log(lines.at(-1));
    await sleep(2_000);
  }
  console.log(lines.join('\n'));
} finally {
  await servers.stop();
}
