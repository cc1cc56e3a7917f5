import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type CuttingProxy = {
  readonly port: number;
  /** How often it has cut. */
  readonly cuts: () => number;
  /** From now on every message of a client is its last, with this probability: it arrives, and its answer does not. */
  cut(probability: number): void;
  close(): Promise<void>;
};

const ARRIVES_MS = 30;

/** Stands between the product and its database, and breaks connections at the worst moment: when what was asked for happens and nobody is told. */
export async function openCuttingProxy(target: { readonly host: string; readonly port: number }): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  let chance = 0;
  let cuts = 0;
  const server = createServer((client) => {
    const database = connect(target.port, target.host);
    let isCut = false;
    const end = () => {
      client.destroy();
      database.destroy();
    };
    for (const socket of [client, database]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', () => {
        open.delete(socket);
        end();
      });
    }
    client.on('data', (bytes) => {
      if (isCut) return;
      if (Math.random() < chance) {
        isCut = true;
        cuts += 1;
        setTimeout(end, ARRIVES_MS);
      }
      database.write(bytes);
    });
    database.on('data', (bytes) => {
      if (!isCut) client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cuts: () => cuts,
    cut: (probability) => {
      chance = probability;
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
