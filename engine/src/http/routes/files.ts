import { AppError, malformed } from '../../kernel/errors.js';
import type { RequestContext } from '../../records/context.js';
import { openFile, uploadFile, type FileParts } from '../../records/files.js';
import { param, signedIn, type RequestScope, type Route } from '../route.js';
import { told } from '../../texts/told.js';
import { recordExchanges, upload } from '../schemas/records.js';

/** Larger pictures are given out for saving: decoding them would stop the screen. */
const MAX_SHOWN_BYTES = 10_000_000;

/** Uploads, and files read through the record that holds them. */
export function fileRoutes(contextOf: (scope: RequestScope) => RequestContext, files: FileParts): Route[] {
  return [
    {
      method: 'POST',
      path: '/files',
      policy: signedIn,
      body: 'stream',
      summary: 'Takes in a file, sent as application/octet-stream: name. Its id is then written to a field',
      exchange: upload,
      handler: async (scope) => {
        parametersOf(scope, ['name']);
        if (scope.stream === undefined || !/^application\/octet-stream\s*(;|$)/i.test(scope.header('content-type') ?? '')) {
          throw new AppError('unsupported_media_type', told('file.send_bytes'));
        }
        return { status: 201, value: await uploadFile(contextOf(scope), files, scope.stream, scope.query.get('name') ?? '') };
      },
    },
    {
      method: 'GET',
      path: '/records/{object}/{id}/files/{field}',
      policy: signedIn,
      summary: 'The file that a field holds, for saving; with inline=1 a picture for showing',
      exchange: recordExchanges.file,
      handler: async (scope) => {
        parametersOf(scope, ['inline']);
        const file = await openFile(contextOf(scope), files, param(scope, 'object'), param(scope, 'id'), param(scope, 'field'));
        const isShown = scope.query.get('inline') === '1' && file.isImage && file.size <= MAX_SHOWN_BYTES;
        const headers = {
          'Content-Type': isShown ? file.type : 'application/octet-stream',
          'Content-Disposition': disposition(isShown ? 'inline' : 'attachment', file.name),
          'Cache-Control': 'private, no-cache',
          ETag: `"${file.sha256.slice(0, 32)}"`,
        };
        if (scope.header('if-none-match') === headers.ETag) return { status: 200, headers, text: '' };
        return { headers: { ...headers, 'Content-Length': String(file.size) }, stream: await file.bytes() };
      },
    },
  ];
}

/** A name of any alphabet beside one in ASCII for old clients; neither can end the header. */
export function disposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function parametersOf(scope: RequestScope, known: readonly string[]): void {
  const unknown = [...scope.query.keys()].find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw malformed(told('list.parameters'), [
    { path: `/${unknown.slice(0, 100)}`, code: 'unknown_parameter', ...told('list.unknown_parameter') },
  ]);
}
