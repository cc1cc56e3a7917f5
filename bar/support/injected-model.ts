import { CANARY_ADMIN, canaryDocuments, PLACE, SPECIMEN } from '../../engine/src/app/leaks/canary-model.js';

type Json = Readonly<Record<string, unknown>>;

const field = (of: string, name: string, type: string, more: Json = {}): Json => ({
  ...{ kind: 'field', id: `fld_${of}_${name}`, object: of, name, label: name, type },
  ...more,
});
const title = { var: 'title' };
/** What a tag may hold of a text. */
export const asTag = (text: string): string => text.replaceAll(/[,;]/g, '').slice(0, 40);
/** A text as a formula writes it. */
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/**
 * Documents of every kind with texts wherever metadata may hold one, beside those of the canaries. `text` gives the texts, each time another one;
 * `code` gives those of twenty characters that stand around a number.
 */
export function textDocuments(text: () => string, code: () => string): Json[] {
  const options = ['one', 'two', 'three'].map((value) => ({ value, label: text().slice(0, 120) }));
  return [
    field(SPECIMEN, 'b_text', 'text', { default: text(), help: text(), label: text().slice(0, 100), searchable: true }),
    field(SPECIMEN, 'b_long', 'long_text', { default: text() }),
    field(SPECIMEN, 'b_tags', 'tags', { default: [asTag(text())] }),
    field(SPECIMEN, 'b_pick', 'picklist', { options, default: 'one', label: text().slice(0, 100) }),
    field(SPECIMEN, 'b_multi', 'multi_picklist', { options, default: ['one'] }),
    field(SPECIMEN, 'b_number', 'autonumber', { format: `${code()}{000}${code()}` }),
    field(SPECIMEN, 'b_json', 'json', { default: { [text()]: text() } }),
    // Texts of formulas and conditions become part of statements, of an index, and of what a roll-up adds up.
    field(SPECIMEN, 'b_formula', 'formula', { formula: `IF(title = ${quoted(text())}, ${quoted(text())}, title & ${quoted(text())})` }),
    field(SPECIMEN, 'b_indexed', 'formula', { formula: `title & ${quoted(text())}`, indexed: true }),
    field(SPECIMEN, 'b_case', 'formula', {
      formula: `CASE(status, "open", ${quoted(text())}, SUBSTITUTE(title, ${quoted(text())}, ${quoted(text())}))`,
    }),
    field(SPECIMEN, 'b_place', 'lookup', {
      ...{ target: PLACE, where: { '!=': [{ var: 'name' }, text()] } },
      inverse: { name: 'b_specimens', label: text().slice(0, 100) },
    }),
    field(PLACE, 'b_count', 'rollup', { rollup: { relation: 'specimens', function: 'count', where: { '!=': [title, text()] } } }),
    field(PLACE, 'b_kept', 'rollup', {
      rollup: { relation: 'specimens', function: 'sum', field: 'size', where: { contains: [title, text()] } },
      materialized: true,
    }),
    // Converted by the second publish: their labels and values become each other.
    field(SPECIMEN, 'b_becomes_pick', 'text'),
    field(SPECIMEN, 'b_becomes_text', 'picklist', { options }),
    field(SPECIMEN, 'b_becomes_flag', 'picklist', { options: options.slice(0, 2) }),
    {
      ...{ kind: 'validation', id: 'val_canary_bar', object: SPECIMEN, name: 'bar', label: text().slice(0, 100), field: 'title' },
      ...{ errorWhen: { in: [title, [`not ${text()}`, `not ${text()}`]] }, message: text() },
    },
    {
      ...{ kind: 'view', id: 'viw_canary_bar', object: SPECIMEN, name: 'bar', label: text().slice(0, 100), type: 'list' },
      ...{
        columns: [{ field: 'title' }, { field: 'b_formula' }],
        filter: { and: [{ '!=': [title, text()] }, { '!=': [{ var: 'b_case' }, text()] }] },
      },
      sort: [{ field: 'b_indexed', direction: 'asc' }],
    },
    {
      ...{ kind: 'role', id: 'rol_canary_bar', name: 'canary_bar', label: text().slice(0, 100) },
      default: { create: false, read: 'none', update: 'none', delete: 'none', fields: 'edit' },
    },
    {
      ...{ kind: 'permission', id: 'prm_canary_bar', role: 'canary_bar', object: SPECIMEN, create: true },
      ...{ read: { where: { '!=': [title, text()] } }, update: { where: { '!=': [title, text()] } }, delete: 'none' },
      fields: { default: 'edit', only: { b_long: { read: { where: { '!=': [title, text()] } } } } },
    },
    {
      ...{ kind: 'action', id: 'act_canary_bar', object: SPECIMEN, name: 'bar', label: text().slice(0, 100), description: text() },
      ...{ when: { '!=': [title, text()] }, set: { b_long: text() } },
    },
    {
      ...{ kind: 'template', id: 'tpl_canary_bar', name: 'bar', label: text().slice(0, 100), object: SPECIMEN },
      ...{ subject: text(), text: text(), html: text() },
    },
    {
      ...{ kind: 'workflow', id: 'wfl_canary_bar', name: 'bar', label: text().slice(0, 100), object: SPECIMEN, runAs: 'system' },
      trigger: { type: 'record', on: ['update'], fields: ['title'], when: { '==': [title, text()] } },
      ...{ nodes: [{ id: 'set', type: 'record.update@1', input: { set: { b_long: text() } } }], start: 'set', edges: [] },
    },
    {
      ...{ kind: 'layout', id: 'lay_canary_bar', object: SPECIMEN, name: 'bar', label: text().slice(0, 100) },
      sections: [{ id: 'one', label: text().slice(0, 100), columns: 2, fields: [{ field: 'title' }, { field: 'b_text' }] }],
    },
    {
      ...{ kind: 'app', id: 'app_canary_bar', name: 'bar', label: text().slice(0, 100), icon: 'box' },
      items: [{ id: 'one', object: SPECIMEN }],
    },
    {
      ...{ kind: 'translation', id: 'trn_canary_bar', locale: 'de', name: 'bar' },
      texts: { fld_canary_specimen_b_text: { label: text().slice(0, 100) } },
    },
  ];
}

/** The same after fields were given other types. */
export const converted = (documents: readonly Json[], text: () => string): Json[] =>
  documents.map((document) => {
    const { help: _help, options, ...rest } = document;
    const labels = ['one', 'two', 'three'].map((value) => ({ value, label: text().slice(0, 120) }));
    switch (document['name']) {
      case 'b_becomes_pick':
        return { ...rest, type: 'picklist', options: labels };
      case 'b_becomes_text':
        return { ...rest, type: 'text' };
      case 'b_becomes_flag':
        return { ...rest, type: 'boolean' };
      default:
        return options === undefined || !String(document['name']).startsWith('b_') ? document : { ...document, options };
    }
  });

export const allDocuments = (text: () => string, code: () => string): Json[] => [
  ...canaryDocuments().map((document) =>
    document['name'] === CANARY_ADMIN ? { ...document, default: { ...(document['default'] as Json), actions: ['*'] } } : document,
  ),
  ...textDocuments(text, code),
];
