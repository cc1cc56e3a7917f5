import type { Readable } from 'node:stream';
import type { StoredFile } from '@fieldstone/metadata/types/wire.js';
import { fieldType } from '../fields/registry.js';
import { AppError, malformed, notFound } from '../kernel/errors.js';
import { failpoint } from '../kernel/failpoint.js';
import { newId } from '../kernel/ids.js';
import { limitExceeded } from '../model/limits.js';
import { quotaExceeded } from './check-quota.js';
import type { BlobFolder } from '../store/blob-folder.js';
import { IMAGE_TYPES, insertFile, selectFile } from '../store/files.js';
import type { RequestContext } from './context.js';
import { objectFor } from './object-access.js';
import { readRecord } from './read-record.js';
import { runStatement } from './run-statement.js';
import { told } from '../texts/told.js';

/** `maxStored`: so many bytes may all files of a tenant have that has no value of its own; null is no limit. */
export type FileParts = { readonly blobs: BlobFolder; readonly maxBytes: number; readonly maxStored: number | null };

const MAX_NAME = 255;

/** The name of a file as people see it, without folders and what no file system takes. It is never part of a path here. */
export function fileName(given: string): string {
  const name = (given.split(/[\\/]/).at(-1) ?? '').replaceAll(/[\p{Cc}\p{Cf}\p{Surrogate}]/gu, '').trim();
  const short = [...name].slice(0, MAX_NAME).join('');
  if (short === '' || /^\.+$/.test(short)) {
    throw malformed(told('file.refused'), [{ path: '/name', code: 'required', ...told('file.name') }]);
  }
  return short;
}

/** What a file is by its first bytes, whatever its name says; only what is known for sure is named. */
export function typeOf(head: Buffer): string {
  const starts = (bytes: readonly number[], at = 0) => bytes.every((byte, index) => head[at + index] === byte);
  if (starts([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  if (starts([0xff, 0xd8, 0xff])) return 'image/jpeg';
  if (starts([0x47, 0x49, 0x46, 0x38]) && (head[4] === 0x37 || head[4] === 0x39) && head[5] === 0x61) return 'image/gif';
  if (starts([0x52, 0x49, 0x46, 0x46]) && starts([0x57, 0x45, 0x42, 0x50], 8)) return 'image/webp';
  if (starts([0x25, 0x50, 0x44, 0x46, 0x2d])) return 'application/pdf';
  return 'application/octet-stream';
}

const statements = { insert: insertFile(), select: selectFile() };

/**
 * Takes in a file. It belongs to nobody's record yet: whoever uploaded it writes its id to a field.
 *
 * Errors: malformed for a name that is none, or nothing in it; payload_too_large; limit_exceeded for a person who uploaded too much within a day; quota_exceeded for a
 *         tenant whose files are as many as may be.
 */
export async function uploadFile(
  ctx: RequestContext,
  { blobs, maxBytes, maxStored }: FileParts,
  stream: Readable,
  name: string,
): Promise<StoredFile> {
  const shown = fileName(name);
  const { sha256, size, head } = await blobs.receive(stream, maxBytes).catch((error: unknown) => {
    // What is still to come is read and dropped: else the next call on this connection would wait behind it for ever.
    stream.resume();
    throw error;
  });
  if (size === 0) throw malformed(told('file.refused'), [{ path: '', code: 'required', ...told('file.empty') }]);
  const file = { id: newId(), name: shown, type: typeOf(head), size };
  // The bytes are on the disk before anything names them.
  const answer = await runStatement(ctx, statements.insert, { ...file, sha256, quota: maxStored ?? 0 });
  const [outcome, actual, most] = answer?.split(' ') ?? [];
  failpoint('file-noted');
  if (outcome === 'uploaded_bytes') throw limitExceeded(outcome, Number(actual));
  if (outcome === 'file_bytes') throw quotaExceeded(outcome, { used: Number(actual), max: Number(most) });
  return file;
}

export type OpenedFile = StoredFile & { readonly sha256: string; readonly isImage: boolean; bytes(): Promise<Readable> };

/**
 * The file that a field of a record holds now, for whoever may read that field of that record.
 *
 * Errors: not_found for a record, field or file that is not there or not the caller's to read, the same for all.
 */
export async function openFile(
  ctx: RequestContext,
  { blobs }: FileParts,
  objectName: string,
  id: string,
  fieldName: string,
): Promise<OpenedFile> {
  const object = objectFor(ctx, objectName, 'read');
  const field = object.fields.get(fieldName);
  if (field === undefined || fieldType(field.type).holds === undefined) throw notFound();
  const { json } = await readRecord(ctx, objectName, id, { fields: [fieldName] }).catch((error: unknown) => {
    // A field that may not be read is refused by name; here it is a part of an address.
    throw error instanceof AppError && error.code === 'malformed' ? notFound() : error;
  });
  const file = (JSON.parse(json) as Record<string, StoredFile | null | undefined>)[fieldName];
  const sha256 = file ? await runStatement(ctx, statements.select, { id: file.id }) : null;
  if (!file || sha256 === null) throw notFound();
  return {
    ...file,
    sha256,
    isImage: (IMAGE_TYPES as readonly string[]).includes(file.type),
    bytes: async () => {
      const stream = await blobs.read(sha256, file.size);
      if (stream === undefined) throw new Error(`the stored file ${sha256} is missing or has another size`);
      return stream;
    },
  };
}
