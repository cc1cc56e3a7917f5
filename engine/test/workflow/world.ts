import { spawn, type ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { NOBODY } from '../../src/kernel/actor.js';
import { systemClock } from '../../src/kernel/clock.js';
import { silentLogger } from '../../src/kernel/logger.js';
import type { RequestContext } from '../../src/records/context.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import type { DatabaseConfig } from '../../src/store/database.js';
import { startAutomation, type Automation } from '../../src/workflow/automation.js';
import type { Timing } from '../../src/workflow/dispatcher.js';
import { bundleWorker } from '../support/bundle-worker.js';
import { openSpace, type TestSpace } from '../support/space.js';
import { recordUseCases } from './use-cases.js';

export type WorkerSettings = {
  readonly database: Pick<DatabaseConfig, 'url' | 'secret' | 'roles'>;
  readonly space: number;
  readonly smtpUrl: string | undefined;
  readonly timing: Partial<Timing>;
};

/** Everything quicker than in earnest, in the same proportions. */
export const QUICK: Partial<Timing> = { leaseMs: 500, heartbeatMs: 150, pollMs: 50, sweepMs: 100, stopMs: 5_000 };

/** One request a webhook made. */
export type Hook = {
  readonly path: string;
  readonly key: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
};
export type Mail = { readonly to: string[]; readonly raw: string };

/**
 * A space with small objects and some workflows, a mail server and a webhook receiver, all real.
 *
 * Shape: `answer` decides what the receiver answers, by path and how often it was called there.
 */
export class World {
  readonly hooks: Hook[] = [];
  readonly mails: Mail[] = [];
  readonly #children = new Set<ChildProcess>();
  readonly #automations = new Set<Automation>();
  readonly space: TestSpace;
  readonly hookUrl: string;
  readonly smtpUrl: string;
  readonly #close: () => Promise<void>;
  readonly #worker: string;
  answer: (path: string, nth: number, response: http.ServerResponse) => void = (_path, _nth, response) => response.end('{"ok":true}');

  constructor(space: TestSpace, worker: string, hookPort: number, smtpPort: number, close: () => Promise<void>) {
    this.space = space;
    this.#worker = worker;
    this.hookUrl = `http://127.0.0.1:${hookPort}`;
    this.smtpUrl = `smtp://127.0.0.1:${smtpPort}?tls=none`;
    this.#close = close;
  }

  /** A request context of the platform itself, as packs have it, or of a user. */
  context(actor: Partial<RequestContext['actor']> = {}): RequestContext {
    const { database, activeModels, space, tenantId } = this.space;
    return {
      actor: {
        kind: 'system',
        userId: NOBODY,
        name: 'Test',
        tenantId,
        roles: [],
        epoch: 0,
        locale: 'en',
        timeZone: 'UTC',
        currency: 'EUR',
        cause: { kind: 'user' },
        ...actor,
      },
      active: activeModels.current(space),
      data: database.data,
      clock: systemClock,
      cursorKey: 'key-of-the-tests',
      refresh: () => activeModels.refresh(space),
    };
  }

  async create(object: string, values: Record<string, unknown>, actor?: Partial<RequestContext['actor']>): Promise<string> {
    return (await createRecord(this.context(actor), object, values)).id;
  }

  async update(object: string, id: string, values: Record<string, unknown>): Promise<void> {
    await updateRecord(this.context(), object, id, values);
  }

  /** Rows of an object as they stand in its table, by field name. */
  async rows(object: string): Promise<Record<string, unknown>[]> {
    const { model, bindings } = this.space.activeModels.current(this.space.space);
    const found = model.objects.get(object);
    const columns = [...(found?.fields.values() ?? [])]
      .filter(({ computed }) => computed === undefined)
      .map((field) => `"${bindings.columns.get(field.id)?.column ?? ''}" as "${field.name}"`);
    return this.space.test.sql(
      `select ${columns.join(', ')} from ${bindings.dataSchema}."${bindings.tables.get(found?.id ?? '') ?? ''}" order by created_at, id`,
    );
  }

  runs(where = 'true'): Promise<Record<string, unknown>[]> {
    return this.space.test.sql(
      `select r.*, r.id::text as id, r.status in ('done', 'failed', 'dead', 'cancelled', 'blocked') as ended from meta.wf_run r where ${where} order by r.id`,
    );
  }

  steps(runId: unknown): Promise<Record<string, unknown>[]> {
    return this.space.test.sql('select * from meta.wf_step where run_id = $1 order by seq, attempt', [runId]);
  }

  /** Automation in this process. */
  automation(timing: Partial<Timing> = QUICK, smtpUrl: string = this.smtpUrl): Automation {
    const automation = startAutomation({
      database: this.space.database,
      activeModels: this.space.activeModels,
      records: recordUseCases,
      spaces: [this.space.space],
      clock: systemClock,
      logger: silentLogger,
      cursorKey: 'key-of-the-tests',
      mail: { smtpUrl: smtpUrl === '' ? undefined : smtpUrl, from: 'CRM <crm@example.test>' },
      webhookAllow: ['127.0.0.1'],
      timing,
    });
    this.#automations.add(automation);
    return automation;
  }

  /** Automation in a process of its own. Resolves when it is at work. */
  async worker(env: Record<string, string> = {}, timing: Partial<Timing> = QUICK): Promise<ChildProcess> {
    const { url, secret, roles } = this.space.test.config;
    const settings: WorkerSettings = { database: { url, secret, roles }, space: this.space.space, smtpUrl: this.smtpUrl, timing };
    const child = spawn(process.execPath, [this.#worker], {
      env: { ...process.env, ...env, WORKER_SETTINGS: JSON.stringify(settings) },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    await new Promise<void>((resolve, reject) => {
      child.stdout?.once('data', () => resolve());
      child.once('exit', (_code, signal) => (signal === null ? reject(new Error('the worker did not start')) : resolve()));
    });
    return child;
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const automation of this.#automations) await automation.stop();
    await this.#close();
  }
}

/** Waits until something is true; fails after `ms`. */
export async function until(test: () => Promise<boolean> | boolean, what: string, ms = 10_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await test())) {
    if (performance.now() > end) throw new Error(`waited ${ms} ms for: ${what}`);
    await sleep(20);
  }
}

export const exited = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => void child.once('exit', () => resolve()));

/** Without documents the packs of the project are published. */
export async function openWorld(documents?: (hookUrl: string) => readonly object[]): Promise<World> {
  const made: { world?: World } = {};
  const calls = new Map<string, number>();
  const receiver = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const nth = (calls.get(path) ?? 0) + 1;
      calls.set(path, nth);
      const key = String(request.headers['webhook-id']);
      made.world?.hooks.push({ path, key, headers: request.headers, body: Buffer.concat(chunks).toString(), at: performance.now() });
      made.world?.answer(path, nth, response);
    });
  });
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        made.world?.mails.push({ to: session.envelope.rcptTo.map((to) => to.address), raw: Buffer.concat(chunks).toString() });
        done();
      });
    },
  });
  smtp.on('error', () => undefined);
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const hookPort = (receiver.address() as AddressInfo).port;
  const smtpPort = (smtp.server.address() as AddressInfo).port;
  const worker = await bundleWorker('engine/test/workflow/worker.ts');
  const space = await openSpace(documents?.(`http://127.0.0.1:${hookPort}`)).catch((error: unknown) => {
    throw new Error(`the documents of the test: ${JSON.stringify((error as { issues?: unknown }).issues)}`, { cause: error });
  });
  made.world = new World(space, worker.file, hookPort, smtpPort, async () => {
    receiver.closeAllConnections();
    receiver.close();
    await new Promise<void>((resolve) => smtp.close(() => resolve()));
    await space.close();
    await rm(worker.folder, { recursive: true, force: true });
  });
  return made.world;
}
