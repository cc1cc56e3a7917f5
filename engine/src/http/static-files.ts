import { createHash, randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { assetHeaders, pageHeaders, type HeaderList } from './middleware/security-headers.js';

/** A built front end: its files below `prefix`, its index for every other page below it. */
export type Site = { readonly prefix: string; readonly folder: string };

export type StaticAnswer = { readonly status: 200 | 304; readonly headers: HeaderList; readonly body: Buffer | string | null };

type StaticRequest = {
  readonly path: string;
  /** The Accept header. */
  readonly accept: string;
  readonly acceptEncoding: string;
  readonly ifNoneMatch: string | undefined;
};

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
const COMPRESSED = /^(text|application|image\/svg)/;
const MIN_COMPRESS_BYTES = 1_000;

type Held = { stamp: string; type: string; etag: string; plain: Buffer; encoded: Map<string, Promise<Buffer>> };

const compressors: Record<string, (bytes: Buffer) => Promise<Buffer>> = {
  br: (bytes) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (bytes) => promisify(gzip)(bytes),
};

/**
 * Serves the built front ends from memory. A file is read again when its time or size changed, so a rebuild needs no restart.
 * Compressed on the first request that accepts it, and kept.
 */
export function createStaticFiles(sites: readonly Site[], isSecure: boolean) {
  const held = new Map<string, Held>();
  const byPrefix = [...sites].sort((a, b) => b.prefix.length - a.prefix.length);

  return async (request: StaticRequest): Promise<StaticAnswer | undefined> => {
    const site = byPrefix.find(({ prefix }) => request.path === prefix || request.path.startsWith(`${prefix}/`));
    const segments = site && safeSegments(request.path.slice(site.prefix.length));
    if (site === undefined || segments === undefined) return undefined;
    const last = segments.at(-1) ?? '';
    if (last !== '' && last !== 'index.html') {
      const found = await load(join(site.folder, ...segments));
      if (found !== undefined) return asset(found, segments.includes('assets'), request);
      // A missing script must not come back as a page.
      if (extname(last) !== '' && !request.accept.includes('text/html')) return undefined;
    }
    const isPage = request.accept === '' || /text\/html|\*\/\*/.test(request.accept);
    const index = isPage ? await load(join(site.folder, 'index.html')) : undefined;
    return index === undefined ? undefined : page(index.plain.toString('utf8'), isSecure);
  };

  async function load(file: string): Promise<Held | undefined> {
    const info = await stat(file).catch(() => undefined);
    if (!info?.isFile()) return undefined;
    const stamp = `${String(info.mtimeMs)}/${String(info.size)}`;
    const present = held.get(file);
    if (present?.stamp === stamp) return present;
    const plain = await readFile(file);
    const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
    const made: Held = { stamp, type: TYPES[extname(file)] ?? 'application/octet-stream', etag, plain, encoded: new Map() };
    held.set(file, made);
    return made;
  }

  async function asset(file: Held, isHashed: boolean, request: StaticRequest): Promise<StaticAnswer> {
    const headers: [string, string][] = [
      ['Content-Type', file.type],
      ['ETag', file.etag],
      // The name of a hashed file changes with its content; the others are asked for again.
      ['Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache'],
      ['Vary', 'Accept-Encoding'],
    ];
    const all: HeaderList = [...assetHeaders(isSecure), ...headers];
    if (request.ifNoneMatch?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === file.etag))
      return { status: 304, headers: all, body: null };
    const isWorth = file.plain.length >= MIN_COMPRESS_BYTES && COMPRESSED.test(file.type);
    const encoding = isWorth
      ? ['br', 'gzip'].find((name) => new RegExp(`(^|,)\\s*${name}\\s*(,|;(?!\\s*q=0(\\.0*)?\\s*(,|$))|$)`).test(request.acceptEncoding))
      : undefined;
    const compress = encoding && compressors[encoding];
    if (!encoding || !compress) return { status: 200, headers: all, body: file.plain };
    let bytes = file.encoded.get(encoding);
    if (bytes === undefined) file.encoded.set(encoding, (bytes = compress(file.plain)));
    return { status: 200, headers: [...all, ['Content-Encoding', encoding]], body: await bytes };
  }
}

/** Undefined for a path that leaves the folder or names something hidden, however it is spelled. */
function safeSegments(path: string): string[] | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  if (decoded.includes('\0') || decoded.includes('\\') || (sep === '\\' && decoded.includes(':'))) return undefined;
  const segments = decoded.split('/').slice(1);
  return segments.some((segment, index) => segment.startsWith('.') || (segment === '' && index < segments.length - 1))
    ? undefined
    : segments;
}

/** Marks the scripts of a page with the nonce of this answer; Vite's loader reads it from the meta element for what it adds later. */
function page(html: string, isSecure: boolean): StaticAnswer {
  const nonce = randomBytes(16).toString('base64');
  const body = html
    .replace(/<(script|style)(?=[\s>])/g, `<$1 nonce="${nonce}"`)
    .replace(/<link(?=[^>]*\brel="?modulepreload)/g, `<link nonce="${nonce}"`)
    .replace('<head>', `<head>\n    <meta property="csp-nonce" nonce="${nonce}" />`);
  return { status: 200, headers: [...pageHeaders(isSecure, nonce), ['Content-Type', 'text/html; charset=utf-8']], body };
}
