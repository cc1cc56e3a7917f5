import type { StoredFile } from '@fieldstone/metadata/types/wire.js';
import { ApiProblem } from './problem.js';

/**
 * Sends a file. A request of the older kind, because only that says how far it is.
 *
 * Errors: every failure is an ApiProblem; an AbortError when `signal` was the reason.
 */
export function uploadFile(file: File, progress: (share: number) => void, signal: AbortSignal): Promise<StoredFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/files?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.addEventListener('progress', (event) => progress(event.lengthComputable ? event.loaded / event.total : 0));
    request.addEventListener('load', () => {
      const answer = request.response as unknown;
      if (request.status === 201) resolve(answer as StoredFile);
      else reject(new ApiProblem(request.status, typeof answer === 'object' && answer !== null ? answer : {}));
    });
    const failed = () =>
      reject(new ApiProblem(0, { code: 'offline', detail: 'The server can not be reached. Check your connection and try again.' }));
    request.addEventListener('error', failed);
    request.addEventListener('abort', () => reject(new DOMException('The upload was stopped.', 'AbortError')));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
