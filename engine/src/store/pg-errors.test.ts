import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { AppError } from '../kernel/errors.js';
import { databaseAway, translateDatabaseError } from './pg-errors.js';

const ofServer = (code: string) => Object.assign(new pg.DatabaseError('said by the server', 1, 'error'), { code });
const ofSocket = (code: string) => Object.assign(new Error(`write ${code}`), { code });

describe('a database that is away', () => {
  it.each<[string, Error]>([
    ...['57P01', '57P02', '57P03', '53300', '53200', '53100', '08006', '08P01', '25006', '58030', '55P03'].map((code): [string, Error] => [
      code,
      ofServer(code),
    ]),
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'].map((code): [string, Error] => [code, ofSocket(code)]),
    ['a name for several addresses', Object.assign(new AggregateError([new Error('connect ECONNREFUSED')]), { code: 'ECONNREFUSED' })],
    ['broken', new Error('Connection terminated unexpectedly')],
    ['broken before', new Error('Client has encountered a connection error and is not queryable')],
    ['none free', new Error('timeout exceeded when trying to connect')],
    ['none free for administration', new Error('Knex: Timeout acquiring a connection. The pool is probably full.')],
  ])('%s: come back later', (_name, error) => {
    expect(databaseAway(error)).toMatchObject({ code: 'overloaded', cause: error });
    expect(translateDatabaseError(error)).toMatchObject({ code: 'overloaded' });
  });

  it('a text that it can not take is the fault of who sent it', () => {
    expect(databaseAway(ofServer('22021'))).toMatchObject({ code: 'malformed' });
  });

  it.each<[string, unknown]>([
    ['a bug of ours', new TypeError('undefined is not a function')],
    ['a statement that is wrong', ofServer('42601')],
    ['a damaged page', ofServer('XX001')],
    ['what is known already', new AppError('conflict', 'known')],
    ['nothing', undefined],
  ])('%s is something else', (_name, error) => {
    expect(databaseAway(error)).toBe(error);
  });
});
