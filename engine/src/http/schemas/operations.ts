import type { OperationAnswer, OperationItem, UndoAnswer, UndoItem } from '@fieldstone/metadata/types/wire.js';
import { UNDO_REASONS } from '../../records/undo-record.js';
import { gives, type Exchange } from '../exchange.js';
import { about, instant, list, named, oneOf, orNull, shape, text, truth, uuid, whole, type Schema } from '../schema.js';
import { cause } from './history.js';
import { KEY } from './records.js';

const operations = oneOf('create', 'update', 'delete', 'restore');

const item: Schema<OperationItem> = named(
  'OperationItem',
  shape({
    object: text,
    id: uuid,
    label: orNull(text),
    did: operations,
    undo: about('How much of it undoing would restore, by what can be told beforehand', oneOf('all', 'some', 'none')),
    fields: list(shape({ field: text, label: text, isAsLeft: about('Nobody has changed it since', truth) })),
  }),
);

const operation: Schema<OperationAnswer> = named(
  'Operation',
  shape({
    id: uuid,
    at: instant,
    by: orNull(shape({ id: uuid, label: orNull(text) })),
    cause,
    until: about('It can be undone until then', instant),
    canUndo: truth,
    undoneBy: about('Operations that took it back, wholly or in part', list(uuid)),
    objects: list(shape({ object: text, label: text, records: whole })),
    hidden: about('Records you changed with it and may not read any more', whole),
    records: list(item),
    hasMore: truth,
  }),
);

const problem: Schema<UndoItem> = named(
  'UndoItem',
  shape({
    object: text,
    id: uuid,
    label: orNull(text),
    restored: list(shape({ field: text, label: text })),
    problems: list(
      shape({
        field: about('null: the whole record', orNull(text)),
        label: orNull(text),
        reason: oneOf(...UNDO_REASONS),
        message: orNull(text),
      }),
    ),
  }),
);

const undone: Schema<UndoAnswer> = named(
  'Undone',
  shape({
    purged: about('Records that it deleted and that are gone for good', whole),
    operation: about('The undo is an operation too: undo it to do it again. null when nothing was written', orNull(uuid)),
    undoes: uuid,
    restored: about('Records that are as they were', whole),
    partly: whole,
    notRestored: whole,
    hidden: whole,
    records: about('Those that are not wholly as they were, and why', list(problem)),
    hasMore: truth,
  }),
);

export const operationExchanges: Readonly<Record<'get' | 'undo', Exchange>> = {
  get: gives(operation),
  undo: gives(undone, { body: null, headers: KEY }),
};
