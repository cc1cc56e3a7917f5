// npm run bench: the platform against the floor, on one machine, one Postgres, the same rows, turn by turn.
//
//   npm run bench                      all scenarios at 1, 8 and 32 connections, about eight minutes
//   npm run bench -- --quick           fewer and shorter, on a fifth of the deals, about two minutes
//   npm run bench -- --only=get --profile=prof   CPU profile of the platform's process, for Chrome's developer tools
//   npm run bench -- --only=get,update --connections=8 --seconds=2 --rounds=5 --json=out.json
//
// DATABASE_URL uses a Postgres of yours (superuser; a database is made and dropped); otherwise one from npm is started and thrown away.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Contender, ratioOf, REQUESTS, takeTurns } from './contender.mjs';
import { installPack } from './install-pack.mjs';
import { loadData } from './load-data.mjs';
import { serialise } from './http-client.mjs';
import { requestsOf, window } from './measure.mjs';
import { againstPeers } from './peers/figures.mjs';
import { report } from './report.mjs';
import { measureOnce } from './peers/timed.mjs';
import { scenarios } from './scenarios.mjs';
import { startAll } from './servers.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    connections: { type: 'string' },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    json: { type: 'string' },
    profile: { type: 'string' },
  },
});
const connections = (options.connections ?? (options.quick ? '1,8' : '1,8,32')).split(',').map(Number);
const rounds = Number(options.rounds ?? (options.quick ? 1 : 3));
const seconds = Number(options.seconds ?? (options.quick ? 0.5 : 1));
const isWanted = (name) => !options.only || options.only.split(',').some((part) => name.startsWith(part));
const wanted = Object.entries(scenarios).filter(([name]) => isWanted(name));

/** Before the first round of a cell, so that both have compiled what they run often. */
const warmUp = options.quick ? 0.5 : 1.5;
const SIDES = ['floor', 'ours'];
const started = performance.now();
const log = (text) => console.error(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}`);

function difference(floor, ours) {
  const at = [...floor].findIndex((character, index) => character !== ours[index]);
  const from = Math.max(0, at - 100);
  return `  floor ${floor.slice(from, from + 600)}\n  ours  ${ours.slice(from, from + 600)}`;
}

/** Cursors of ours for the places deep in the list that the floor is given keys of. */
async function deepPlaces({ ours, ask }, places) {
  for (const place of places) {
    const request = {
      path: `/api/v1/records/bench_deal?fields=name,stage,amount,expected_close&sort=-expected_close&limit=50&skip=${place.skip - 50}`,
      headers: ours.headers.admin,
    };
    place.cursor = (await ask(ours.port, serialise(request, `127.0.0.1:${ours.port}`))).page.next;
  }
}

/** The first answers of both sides must say the same; otherwise the numbers compare nothing. */
async function compareAnswers(servers, data) {
  for (const [name, scenario] of wanted) {
    if (scenario.kind !== 'read') continue;
    for (let i = 0; i < 3; i++) {
      const answers = [];
      for (const side of SIDES) {
        const { port, headers } = servers[side];
        const [bytes] = requestsOf(scenario, side, data, headers[scenario.as], port, 1, i);
        answers.push(await servers.ask(port, bytes));
      }
      const [floor, ours] = answers.map((answer) => JSON.stringify(scenario.canonical(answer)));
      if (floor !== ours) throw new Error(`"${name}" is answered differently:\n${difference(floor, ours)}`);
    }
  }
}

/** Everything once on both sides before anything is counted: what is measured first would be measured while the rest is still being compiled. */
async function warmBoth(servers, data) {
  for (const [, scenario] of wanted) {
    if (scenario.kind !== 'read') continue;
    for (const side of SIDES) {
      const { port, headers } = servers[side];
      await window({
        port,
        requests: requestsOf(scenario, side, data, headers[scenario.as], port, REQUESTS),
        connections: 8,
        seconds: warmUp / 2,
      });
    }
  }
}

/** Scenarios that are measured in turns with each other, as others are asked to cost no more than the first: [["a"], ["b", "c"]]. */
function together(all) {
  const besides = new Set(all.flatMap(([, { beside }]) => beside ?? []));
  const names = all.map(([name]) => name);
  return all
    .filter(([name]) => !besides.has(name))
    .map(([name, { beside }]) => [name, ...(beside ?? []).filter((other) => names.includes(other))]);
}

async function measure(servers, data) {
  const results = [];
  let next = 0;
  for (const names of together(wanted)) {
    for (const count of scenarios[names[0]].connections ?? connections) {
      const all = names.map((name) => SIDES.map((side) => new Contender(servers, data, name, side, count)));
      next = await takeTurns(all.flat(), { rounds, seconds, warmUp, from: next });
      const [[firstFloor, firstOurs], ...others] = all;
      for (const [floor, ours] of all) {
        const { name } = ours;
        const ratio = ratioOf(ours, floor);
        const besides = ours !== firstOurs ? [] : others;
        results.push({
          scenario: name,
          connections: count,
          ratio,
          peers: againstPeers(scenarios[name].peer, count, ratio),
          besides: besides.map(([otherFloor, other]) => ({
            scenario: other.name,
            times: ratioOf(firstOurs, other),
            floorTimes: ratioOf(firstFloor, otherFloor),
          })),
          floor: floor.summary,
          ours: ours.summary,
        });
        const rates = `${ours.summary.perSecond.toFixed(0)} / ${floor.summary.perSecond.toFixed(0)} per second`;
        log(`${name}, ${count} connections: ${ratio.toFixed(2)} of the floor (${rates})`);
      }
    }
  }
  return results;
}

const servers = await startAll(log, options.profile);
try {
  log('publishing the objects of the comparison');
  await installPack(servers.ours);
  log(`loading ${options.quick ? '40,000' : '200,000'} deals, 60,000 contacts, 20,000 accounts`);
  const { repId, adminId } = servers.people;
  const data = { ...(await loadData(servers.db, { repId, fraction: options.quick ? 0.2 : 1 })), admin: adminId };
  servers.floor = await servers.startFloor();
  await deepPlaces(servers, data.peers.places);
  log('comparing answers');
  await compareAnswers(servers, data);
  await warmBoth(servers, data);
  const timed = isWanted('timed') ? await measureOnce(servers, data) : [];
  const results = await measure(servers, data);
  console.log(report(results));
  console.log(timed.join('\n'));
  if (options.json)
    await writeFile(
      options.json,
      JSON.stringify({ at: new Date().toISOString(), node: process.version, rounds, seconds, results }, null, 1),
    );
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
} finally {
  await servers.stop();
}
