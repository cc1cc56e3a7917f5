import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type WireTap = {
  /** The database at `url`, by way of the tap. */
  readonly url: string;
  /** What was asked to be executed since the last call: the SQL of each, in order. */
  executed(): string[];
  /** How often the client waited for an answer since the last call. */
  waits(): number;
  close(): Promise<void>;
};

/**
 * Stands between a client and Postgres and reads what arrives there: what is counted is what the server was asked, not what some code says it asked.
 *
 * Source: PostgreSQL manual, message formats of the frontend/backend protocol.
 */
export async function tapPostgres(url: string): Promise<WireTap> {
  const target = new URL(url);
  const postgres = { host: target.hostname, port: Number(target.port || 5432) };
  let executed: string[] = [];
  let waits = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(postgres);
    const read = reader((type, body) => {
      if (type === 'execute') executed.push(body);
      else waits += 1;
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      read(chunk);
      upstream.write(chunk);
    });
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  target.hostname = '127.0.0.1';
  target.port = String((server.address() as AddressInfo).port);
  return {
    url: target.toString(),
    executed() {
      const all = executed;
      executed = [];
      return all;
    },
    waits() {
      const all = waits;
      waits = 0;
      return all;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Takes the messages of one connection apart. The first, which begins the session, has no type. */
function reader(found: (type: 'execute' | 'sync', sql: string) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let isStarted = false;
  const statements = new Map<string, string>();
  const portals = new Map<string, string>();
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const head = isStarted ? 1 : 0;
      if (rest.length < head + 4) return;
      const length = rest.readInt32BE(head) + head;
      if (rest.length < length) return;
      const type = isStarted ? String.fromCharCode(rest[0] ?? 0) : '';
      const [first = '', second = ''] = rest
        .subarray(head + 4, length)
        .toString('utf8')
        .split('\0');
      if (type === 'P') statements.set(first, second);
      if (type === 'B') portals.set(first, statements.get(second) ?? '');
      if (type === 'E') found('execute', portals.get(first) ?? '');
      if (type === 'Q') found('execute', first);
      if (type === 'S' || type === 'Q') found('sync', '');
      isStarted = true;
      rest = rest.subarray(length);
    }
  };
}
