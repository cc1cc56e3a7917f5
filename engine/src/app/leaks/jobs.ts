import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { NODE_MANIFESTS } from '../../model/workflow-nodes.js';
import { readMail } from '../../store/outbound-mail.js';
import { ask, json } from './caller.js';
import { FLOW, FROM_SIZE, SPECIMEN } from './canary-model.js';
import type { MatrixWorld } from './matrix-world.js';

/** Where webhooks arrive: what was sent since the last look. */
export type Sink = { readonly url: string; readonly host: string; taken(): string[]; close(): Promise<void> };

export async function openSink(): Promise<Sink> {
  let bodies: string[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      bodies.push(`${request.url ?? ''}\n${JSON.stringify(request.headers)}\n${body}`);
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    ...{ url: `http://${host}/`, host },
    taken() {
      const all = bodies;
      bodies = [];
      return all;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Look = (who: string | null, channel: string, text: string, sent: string, by: string, about?: string) => void;

/** Kinds of steps that the flow of the canaries goes through, and by what they are looked at. */
const DRIVEN: ReadonlySet<string> = new Set(['branch@1', 'email.send@1', 'webhook.call@1', 'record.create@1', 'record.update@1']);
const PATIENCE_MS = 20_000;
const STARTERS = ['canary_own', 'canary_team', 'canary_wide', 'canary_shut', 'canary_clerk'] as const;

/** Starts the flow as everybody who may, and looks for what they must not be shown in all that it sends, makes and changes. */
export async function runJobs(world: MatrixWorld, sink: Sink, look: Look, untried: string[]): Promise<void> {
  for (const kind of NODE_MANIFESTS.keys()) {
    if (!DRIVEN.has(kind)) untried.push(`job ${kind}: no flow goes through it; add a step to engine/src/app/leaks/canary-model.ts`);
  }
  const { trial, canaries } = world;
  const known = new Set<string>();
  const told = new Set<string>();
  for (const [at, who] of STARTERS.entries()) {
    for (const status of ['open', 'won'] as const) {
      const record =
        canaries.records.find((each) => each.object === SPECIMEN && each.owner === who && each.status === status) ??
        canaries.records.find((each) => each.object === SPECIMEN && each.status === status && each.region === 'north');
      if (record === undefined) continue;
      const answer = await ask(trial.origin, world.person(who), 'PATCH', `/api/v1/records/${SPECIMEN}/${record.id}`, {
        body: { size: FROM_SIZE + at },
      });
      if (answer.status !== 200) {
        untried.push(`job ${FLOW}: ${who} could not start it: ${answer.text.slice(0, 200)}`);
        continue;
      }
      const run = await finished(world, known);
      if (run === undefined) {
        untried.push(`job ${FLOW}: the run that ${who} started did not end`);
        continue;
      }
      const mails = JSON.parse(await readMail(trial.database.data, trial.tenant.id, { limit: 40, after: null })) as { id: string }[];
      const fresh = mails.filter(({ id }) => !told.has(id));
      for (const { id } of fresh) told.add(id);
      for (const mail of fresh) look(who, 'job email.send', JSON.stringify(mail), '', `mail of a run that ${who} started`);
      for (const body of sink.taken()) look(who, 'job webhook.call', body, '', `webhook of a run that ${who} started`);
      const filter = JSON.stringify({ starts_with: [{ var: 'title' }, 'Made '] });
      const made = await ask(trial.origin, canaries.admin, 'GET', `/api/v1/records/${SPECIMEN}`, {
        query: { filter, sort: '-created_at', limit: '1', fields: 'title' },
      });
      look(who, 'job record.create', made.text, '', `record made by a run that ${who} started`);
      const changed = await ask(trial.origin, canaries.admin, 'GET', `/api/v1/records/${SPECIMEN}/${record.id}`, {
        query: { fields: 'code' },
      });
      look(who, 'job record.update', changed.text, record.id, `record changed by a run that ${who} started`);
    }
  }
  world.noteRuns([...known]);
}

/** The run that was not known yet, once it has ended. */
async function finished({ trial, canaries }: MatrixWorld, known: Set<string>): Promise<string | undefined> {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const answer = await ask(trial.origin, canaries.admin, 'GET', `/api/v1/workflows/${FLOW}/runs`, { query: { limit: '5' } });
    const run = json<{ data: { id: string; status: string }[] }>(answer).data.find(({ id }) => !known.has(id));
    if (run !== undefined && ['done', 'failed', 'dead'].includes(run.status)) {
      known.add(run.id);
      return run.id;
    }
    await sleep(20);
  }
  return undefined;
}
