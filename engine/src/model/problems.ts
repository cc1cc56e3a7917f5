import type { Issue, TextPlace } from '../kernel/errors.js';
import { elementName } from './element.js';
import type { SourceDocument } from './types.js';

/** Collects everything that is wrong with a set of documents, so that people see it all at once. */
export class Problems {
  readonly issues: Issue[] = [];

  /** `path` is a JSON Pointer into the document; `place` is one inside the text that stands there. */
  add(source: SourceDocument, path: string, code: string, message: string, place: TextPlace = {}): undefined {
    this.issues.push({ file: fileOf(source), path, code, message, ...place });
  }
}

/** The file of a document; a document made in the studio has none and is named by kind and name. */
export const fileOf = (source: SourceDocument): string => source.file ?? `${source.document.kind} ${elementName(source.document)}`;
