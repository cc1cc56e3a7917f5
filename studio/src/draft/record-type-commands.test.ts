import { describe, expect, it } from 'vitest';
import type { FieldDocument, LayoutDocument, ProcessDocument } from '@fieldstone/metadata/types/documents.js';
import { emptyDraft, ofObject, putAll } from './draft.js';
import { addLayoutOfType, addRecordType, renameProcess, setDefaultType, typeField, typesOf } from './record-type-commands.js';
import { renameFieldName } from './field-commands.js';
import { knownFields } from './scope.js';

const state: FieldDocument = {
  kind: 'field',
  id: 'fld_state',
  object: 'ticket',
  name: 'state',
  label: 'State',
  type: 'picklist',
  options: [{ value: 'new', label: 'New' }],
};
const layout: LayoutDocument = {
  kind: 'layout',
  id: 'lay_record',
  object: 'ticket',
  name: 'record',
  label: 'Record page',
  sections: [{ id: 'main', label: 'Main', fields: [{ field: 'state' }] }],
};
const process: ProcessDocument = { kind: 'process', id: 'prc_life', object: 'ticket', name: 'life', label: 'Life', field: 'state' };
const start = putAll(emptyDraft, [
  { kind: 'object', id: 'obj_ticket', name: 'ticket', label: 'Ticket', pluralLabel: 'Tickets', nameField: 'state' },
  state,
  layout,
  process,
]);

describe('record types', () => {
  it('come one by one, the first as the default, and bring the field that holds them', () => {
    expect(typeField(start, 'ticket')).toBeUndefined();
    const first = addRecordType(start, 'ticket');
    const second = addRecordType(first.draft, 'ticket');
    expect(typesOf(second.draft, 'ticket').map(({ name, default: isDefault, order }) => [name, isDefault, order])).toEqual([
      ['standard', true, 10],
      ['new_type', undefined, 20],
    ]);
    const known = knownFields(second.draft, 'ticket').find(({ name }) => name === 'record_type');
    expect(known).toMatchObject({ type: 'option', options: [first.type.id, second.type.id] });
  });

  it('have one default at most', () => {
    const first = addRecordType(start, 'ticket');
    const second = addRecordType(first.draft, 'ticket');
    const after = setDefaultType(second.draft, second.type, true);
    expect(typesOf(after, 'ticket').map(({ default: isDefault }) => isDefault)).toEqual([undefined, true]);
  });

  it('get a layout of their own as a copy of what they had', () => {
    const { draft, type } = addRecordType(start, 'ticket');
    const made = addLayoutOfType(draft, type);
    expect(made.layout).toMatchObject({ name: 'standard', label: 'Standard', sections: layout.sections });
    expect(typesOf(made.draft, 'ticket')[0]?.layout).toBe('standard');
    expect(ofObject(made.draft, 'layout', 'ticket')).toHaveLength(2);
  });

  it('follow renames of what they name', () => {
    const { draft, type } = addRecordType(start, 'ticket');
    const named = putAll(draft, [{ ...type, processes: { state: 'life' }, picklists: { state: { options: ['new'] } } }]);
    expect(typesOf(renameProcess(named, process, 'course'), 'ticket')[0]?.processes).toEqual({ state: 'course' });
    const renamed = renameFieldName(named, state, 'status');
    expect(typesOf(renamed, 'ticket')[0]).toMatchObject({ processes: { status: 'life' }, picklists: { status: { options: ['new'] } } });
    expect(ofObject(renamed, 'process', 'ticket')[0]?.field).toBe('status');
  });
});
