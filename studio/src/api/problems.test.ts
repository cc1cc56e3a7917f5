import { describe, expect, it } from 'vitest';
import { ApiError } from './client.js';
import { problemsOf } from './problems.js';

const refused = (...issues: { path: string; message: string }[]) =>
  new ApiError(422, 'record_invalid', 'It was not saved.', {
    type: 'about:blank',
    title: 'Not saved',
    status: 422,
    code: 'record_invalid',
    detail: 'It was not saved.',
    issues: issues.map((issue) => ({ code: 'x', ...issue })),
    requestId: 'r',
  });

const CONTROLS = ['/name', '/members', '/members/0/name', '/rate'];

describe('problems of a form', () => {
  it.each([
    ['at a control', refused({ path: '/name', message: 'Too long.' }), { '/name': 'Too long.' }, undefined],
    ['within what a control sends', refused({ path: '/members/2', message: 'Unknown.' }), { '/members': 'Unknown.' }, undefined],
    ['at the control that says most', refused({ path: '/members/0/name', message: 'No.' }), { '/members/0/name': 'No.' }, undefined],
    ['not by the beginning of a name', refused({ path: '/rates', message: 'No list.' }), {}, 'No list.'],
    [
      'all of them, each once',
      refused(
        { path: '/members/0', message: 'Unknown.' },
        { path: '/members/1', message: 'Unknown.' },
        { path: '/members', message: 'Too many.' },
        { path: '/zq', message: 'No such thing.' },
        { path: '', message: 'Not now.' },
      ),
      { '/members': 'Unknown. Too many.' },
      'No such thing. Not now.',
    ],
    ['without a list', refused(), {}, 'It was not saved.'],
    ['of a server that is away', new ApiError(0, 'offline', 'The server can not be reached.'), {}, 'The server can not be reached.'],
    ['none', null, {}, undefined],
  ])('%s', (_what, error, at: Record<string, string>, rest) => {
    const problems = problemsOf(error, CONTROLS);
    expect(Object.fromEntries(CONTROLS.flatMap((path) => (problems.at(path) === undefined ? [] : [[path, problems.at(path)]])))).toEqual(
      at,
    );
    expect(problems.rest).toBe(rest);
  });
});
