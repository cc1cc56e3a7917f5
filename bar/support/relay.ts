import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** An address that stays while what stands behind it changes, as what stands before a pair of databases gives one. */
export type Relay = {
  readonly port: number;
  /** Breaks every connection at once; new ones go to this port of the loopback, or nowhere. */
  moveTo(port: number | undefined): void;
  close(): Promise<void>;
};

export async function openRelay(port: number): Promise<Relay> {
  let target: number | undefined = port;
  const open = new Set<Socket>();
  const breakAll = () => {
    for (const socket of open) socket.destroy();
  };
  const server = createServer((client) => {
    if (target === undefined) {
      client.destroy();
      return;
    }
    const database = connect(target, '127.0.0.1');
    for (const socket of [client, database]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
    client.pipe(database);
    database.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    moveTo(next) {
      target = next;
      breakAll();
    },
    async close() {
      target = undefined;
      breakAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
