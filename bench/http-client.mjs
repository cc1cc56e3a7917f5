// A keep-alive HTTP/1.1 client for one connection with one request at a time. Plain sockets: the driver shares two cores with what it
// measures, and the client of Node costs more than some of the answers.
import net from 'node:net';

/** A request as bytes, made once and sent many times. */
export function serialise({ method = 'GET', path, headers = {}, body }, host) {
  // A text is JSON already.
  const payload = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const lines = [`${method} ${path} HTTP/1.1`, `host: ${host}`, 'accept: application/json'];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (payload) lines.push('content-type: application/json', `content-length: ${Buffer.byteLength(payload)}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${payload}`);
}

export class Connection {
  #socket;
  #buffer = Buffer.alloc(0);
  #waiting;

  constructor(port) {
    this.#socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk) => {
      this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
      this.#read();
    });
    this.#socket.on('error', (error) => this.#waiting?.reject(error));
    this.#socket.on('close', () => this.#waiting?.reject(new Error('the server closed the connection')));
  }

  /** Sends prepared bytes and gives the status and the body. */
  send(bytes) {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(bytes);
    });
  }

  close() {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #read() {
    const end = this.#buffer.indexOf('\r\n\r\n');
    if (end < 0 || !this.#waiting) return;
    const head = this.#buffer.toString('latin1', 0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    let body;
    let used;
    if (length) {
      used = end + 4 + Number(length[1]);
      if (this.#buffer.length < used) return;
      body = this.#buffer.subarray(end + 4, used);
    } else if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
      const whole = unchunk(this.#buffer, end + 4);
      if (!whole) return;
      ({ body, used } = whole);
    } else {
      used = end + 4;
      body = Buffer.alloc(0);
    }
    this.#buffer = this.#buffer.subarray(used);
    const { resolve } = this.#waiting;
    this.#waiting = undefined;
    resolve({ status: Number(head.slice(9, 12)), body });
  }
}

function unchunk(buffer, start) {
  const parts = [];
  let at = start;
  for (;;) {
    const line = buffer.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(buffer.toString('latin1', at, line), 16);
    if (buffer.length < line + 2 + size + 2) return undefined;
    if (size === 0) return { body: Buffer.concat(parts), used: line + 4 };
    parts.push(buffer.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
