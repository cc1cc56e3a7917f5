// What is timed one by one: a thousand records in one call, a field on a filled table, memory.
import { readFileSync } from 'node:fs';
import { serialise } from '../http-client.mjs';
import { caller, publish } from '../install-pack.mjs';
import { median } from '../measure.mjs';
import { bulkLeads } from './scenarios.mjs';

const timed = async (work) => {
  const from = performance.now();
  await work();
  return performance.now() - from;
};

const residentMb = (pid) => {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
  } catch {
    return Number.NaN;
  }
};

export async function measureOnce({ ours, floor, ask }, data) {
  const api = caller(ours);
  const ofFloor = ({ method, path, body }) =>
    ask(floor.port, serialise({ method, path, body, headers: floor.headers.admin }, `127.0.0.1:${floor.port}`));
  // What the publish before left behind is given back once the process is at rest.
  await new Promise((resolve) => setTimeout(resolve, 20_000));
  const lines = [`memory: ${residentMb(ours.pid).toFixed(0)} MB before the load, the floor ${residentMb(floor.pid).toFixed(0)} MB`];

  const bulk = { floor: [], ours: [] };
  for (let run = 0; run < 4; run += 1) {
    const leads = bulkLeads(run);
    bulk.floor.push(await timed(() => ofFloor({ method: 'POST', path: '/peer/leads', body: leads })));
    const operations = leads.map((values) => ({ op: 'create', values }));
    bulk.ours.push(await timed(() => api('POST', '/records/bench_lead/bulk', { mode: 'all', operations })));
  }
  // The first one compiles.
  const [a, b] = [median(bulk.ours.slice(1)), median(bulk.floor.slice(1))];
  lines.push(
    `bulk of 1,000: ${a.toFixed(0)} ms, the first ${bulk.ours[0].toFixed(0)} ms; the floor ${b.toFixed(0)} ms (${(a / b).toFixed(1)} ×)`,
  );

  const field = { floor: [], ours: [] };
  for (let run = 0; run < 3; run += 1) {
    const name = `added_${run}`;
    const [id] = data.peers.deals;
    field.floor.push(
      await timed(async () => {
        await ofFloor({ method: 'POST', path: `/peer/fields?name=${name}` });
        await ofFloor({ method: 'PATCH', path: `/peer/field?id=${id}&name=${name}`, body: 'x' });
      }),
    );
    field.ours.push(
      await timed(async () => {
        await publish(api, [{ kind: 'field', id: `fld_bench_deal_${name}`, object: 'bench_deal', name, label: name, type: 'text' }]);
        const saved = await api('PATCH', `/records/bench_deal/${id}`, { [name]: 'x' });
        if (saved[name] !== 'x') throw new Error('the new field was not written');
      }),
    );
  }
  lines.push(
    `a field on a filled table, until a value is written and read: ${median(field.ours).toFixed(0)} ms (draft, plan, publish, write); a bare ALTER ${median(field.floor).toFixed(0)} ms`,
  );
  return lines;
}
