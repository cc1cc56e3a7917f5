import { lookup as resolveName, type LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { StepFailure } from '../step-failure.js';

export type OutboundRequest = {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};
export type OutboundResponse = { readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly body: string };

/** `allow`: internal targets that the operator trusts: "host:port", "host" for any port, or a network such as "10.1.0.0/16". */
export type OutboundLimits = {
  readonly allow: readonly string[];
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
};

type Target = { readonly url: URL; readonly hostname: string; readonly port: number; readonly addresses: readonly LookupAddress[] };

/**
 * The only way out over HTTP: one request to a public address, or to one the operator allowed.
 *
 * Shape:  the name is resolved once; every address it has must be public unicast; the connection goes to one of those addresses and no other, so an
 *         answer that changes between check and connect is of no use. A literal address is checked as well, since no lookup happens for it.
 *         Redirects are not followed.
 * Units:  timeoutMs over the whole exchange; maxBytes of the answer.
 * Errors: StepFailure: target_refused (permanent), unreachable, timeout, too_large.
 */
export async function sendRequest(request: OutboundRequest, limits: OutboundLimits): Promise<OutboundResponse> {
  const deadline = AbortSignal.timeout(limits.timeoutMs);
  const signal = limits.signal ? AbortSignal.any([deadline, limits.signal]) : deadline;
  const target = await resolveTarget(request.url, limits.allow, signal);
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      if (error instanceof StepFailure) reject(error);
      else if (deadline.aborted) reject(new StepFailure('timeout', `No answer within ${limits.timeoutMs / 1_000} s.`, { retryable: true }));
      else reject(new StepFailure('unreachable', `${target.hostname} could not be reached.`, { retryable: true, cause: error }));
    };
    const secure = target.url.protocol === 'https:';
    const outgoing = (secure ? https : http).request({
      protocol: target.url.protocol,
      hostname: target.hostname,
      port: target.port,
      path: `${target.url.pathname}${target.url.search}`,
      method: request.method,
      headers: { ...request.headers, ...(request.body === null ? {} : { 'content-length': Buffer.byteLength(request.body) }) },
      agent: false,
      signal,
      // Pinned: whatever asks for the address gets the ones that were checked.
      lookup: (_name, options, done) => {
        const first = target.addresses[0] as LookupAddress;
        if (options.all) done(null, [...target.addresses]);
        else done(null, first.address, first.family);
      },
    });
    outgoing.on('error', fail);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > limits.maxBytes) {
          fail(new StepFailure('too_large', `The answer is larger than ${limits.maxBytes} bytes.`));
          outgoing.destroy();
        } else chunks.push(chunk);
      });
      response.on('error', fail);
      response.on('aborted', () => fail(new Error('the answer ended early')));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    outgoing.end(request.body ?? undefined);
  });
}

const refused = (message: string) => new StepFailure('target_refused', message);

async function resolveTarget(address: string, allow: readonly string[], signal: AbortSignal): Promise<Target> {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw refused('The address is not a URL.');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused('Only http and https addresses can be called.');
  if (url.username !== '' || url.password !== '') throw refused('The address must not hold a user name or a password.');
  // The URL parser has already turned every spelling of an IPv4 address (octal, hexadecimal, short) into the usual one.
  const hostname = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const isNamed = allow.includes(`${hostname}:${port}`) || allow.includes(hostname);
  const networks = allow.filter((entry) => ipaddr.isValidCIDR(entry)).map((entry) => ipaddr.parseCIDR(entry));
  if (!isNamed && networks.length === 0 && port !== 80 && port !== 443) throw refused('Only the ports 80 and 443 can be called.');
  const family = isIP(hostname);
  const addresses = family === 0 ? await lookupAll(hostname, signal) : [{ address: hostname, family }];
  if (addresses.length === 0) throw new StepFailure('unreachable', `${hostname} has no address.`, { retryable: true });
  const isInside = addresses.every((found) => networks.some((network) => isWithin(found.address, network)));
  if (!isNamed && !isInside && port !== 80 && port !== 443) throw refused('Only the ports 80 and 443 can be called.');
  if (!isNamed && !isInside && !addresses.every((found) => isPublic(found.address)))
    throw refused('The address is not on the public internet.');
  return { url, hostname, port, addresses };
}

const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');

/**
 * Global unicast only: this leaves out loopback, private, link-local, carrier-grade NAT, unique local, mapped, NAT64, 6to4, Teredo and reserved.
 * Of IPv6 only 2000::/3 is given out; what lies below it, such as the old IPv4-compatible addresses, is nobody's.
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || isWithin(address, GLOBAL_IPV6));
}

function isWithin(address: string, network: ReturnType<typeof ipaddr.parseCIDR>): boolean {
  const parsed = ipaddr.parse(address);
  return parsed.kind() === network[0].kind() && parsed.match(network);
}

function lookupAll(hostname: string, signal: AbortSignal): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    const fail = (cause?: unknown) => reject(new StepFailure('unreachable', `${hostname} could not be found.`, { retryable: true, cause }));
    signal.addEventListener('abort', () => fail(), { once: true });
    resolveName(hostname, { all: true, verbatim: true }, (error, found) => (error ? fail(error) : resolve(found)));
  });
}
