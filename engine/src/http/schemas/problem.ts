import type { Problem } from '@fieldstone/metadata/types/wire.js';
import { about, list, make, named, shape, text, whole } from '../schema.js';

export const issue = named(
  'Issue',
  shape({
    path: about('JSON Pointer into what was sent', text),
    code: text,
    message: text,
    'file?': text,
    'offset?': whole,
    'length?': whole,
    'line?': whole,
    'column?': whole,
  }),
);

export const problem = named(
  'Problem',
  make<Problem>({
    type: 'object',
    description: 'Problem details (RFC 9457). `code` is stable; `issues` names every problem at its place in the request.',
    required: ['type', 'title', 'status', 'code', 'detail', 'issues', 'requestId'],
    properties: {
      type: text,
      title: text,
      status: whole,
      code: text,
      detail: text,
      hint: text,
      requestId: text,
      issues: list(issue),
    },
  }),
);
