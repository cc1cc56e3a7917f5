import { localeChain, withTexts } from '@fieldstone/metadata/language/document-texts.js';
import { RECORD_TYPE_TEXT } from '@fieldstone/metadata/language/system-texts.js';
import { digest } from '../kernel/hash.js';
import { languageOf } from '../texts/say.js';
import type { ActiveModel } from './active.js';
import { deepFreeze } from './freeze.js';
import { RECORD_TYPE_FIELD } from './record-type-field.js';
import { ruleMessage, type Lookup } from './rule-text.js';
import type { ActionModel, FieldModel, Model, ObjectModel } from './types.js';

/** The language that documents are written in. */
const WRITTEN_IN = 'en';

const known = new WeakMap<ActiveModel, Map<string, ActiveModel>>();

/**
 * The model as somebody reads it in their language: every label, help, option, message and heading that is translated, the rest as it is.
 *
 * Shape: made once for each language with texts, and a value of its own: whatever is cached by model (screens, statements with labels in
 *        them, compiled rules) is thereby cached by language too. Without a translation, and for a language the engine does not speak, it is the same model.
 */
export function localised(active: ActiveModel, locale: string): ActiveModel {
  const chain = localeChain(locale).filter((each) => active.model.translations.has(each));
  const language = languageOf(locale);
  if (chain.length === 0 && language === WRITTEN_IN) return active;
  const key = [language, ...chain].join(' ');
  let byChain = known.get(active);
  if (byChain === undefined) known.set(active, (byChain = new Map()));
  let made = byChain.get(key);
  if (made === undefined) byChain.set(key, (made = { ...active, model: translate(active.model, language, chain) }));
  return made;
}

/** The field of record types has no document: its options are the types, and called as they are. */
const isTypeField = (object: ObjectModel, field: FieldModel): boolean => object.recordTypes.length > 0 && field.name === RECORD_TYPE_FIELD;

/** Languages people can choose: the one texts are written in, and those with translations. */
export const localesOf = (model: Model): string[] => [...new Set([WRITTEN_IN, ...model.translations.keys()])].sort();

/** One document in a language, such as the template of an e-mail. */
export function localisedDocument<D extends { readonly kind: string; readonly id: string }>(model: Model, document: D, locale: string): D {
  const text = lookupIn(model, localeChain(locale));
  return withTexts(document, (key, own) => text(document.id, key, own));
}

function lookupIn(model: Model, chain: readonly string[]): Lookup {
  const maps = chain.flatMap((locale) => model.translations.get(locale) ?? []);
  return (id, key, own) => {
    for (const map of maps) {
      const found = map.get(id)?.[key];
      if (found !== undefined) return found;
    }
    return own;
  };
}

/** What an action says, and what it asks for. The label of an input that is like a field is that of the field, where it has none of its own. */
const inLanguage = (action: ActionModel, document: ActionModel['document']): ActionModel => ({
  ...action,
  label: document.label,
  document,
  inputs: action.inputs.map((input) => {
    const own = document.inputs?.find(({ name }) => name === input.name);
    return own === undefined ? input : { ...input, label: own.label ?? input.label };
  }),
});

function translate(model: Model, language: string, chain: readonly string[]): Model {
  const text = lookupIn(model, chain);
  const document = <D extends { readonly kind: string; readonly id: string }>(source: D): D =>
    withTexts(source, (key, own) => text(source.id, key, own));
  const entries = <T>(map: ReadonlyMap<string, T>, change: (value: T) => T) =>
    new Map([...map].map(([name, value]) => [name, change(value)]));
  const objects = entries(model.objects, (object): ObjectModel => ({
    ...object,
    label: text(object.id, 'label', object.label),
    pluralLabel: text(object.id, 'pluralLabel', object.pluralLabel),
    fields: entries(object.fields, (field): FieldModel => ({
      ...field,
      label: text(isTypeField(object, field) ? RECORD_TYPE_TEXT : field.id, 'label', field.label),
      options: isTypeField(object, field)
        ? {
            ...field.options,
            options: (field.options.options ?? []).map((type) => ({ ...type, label: text(type.value, 'label', type.label) })),
          }
        : withTexts({ ...field.options, kind: 'field' as const }, (key, own) => text(field.id, key, own)),
    })),
    relations: entries(object.relations, (relation) => {
      const field = model.objects.get(relation.object)?.fields.get(relation.field);
      return field === undefined ? relation : { ...relation, label: text(field.id, 'inverse', relation.label) };
    }),
    validations: object.validations.map((rule) => ({
      ...rule,
      message: rule.says ? ruleMessage(language, rule.says, text) : text(rule.id, 'message', rule.message),
    })),
    recordTypes: object.recordTypes.map(document),
    actions: entries(object.actions, (action) => inLanguage(action, document(action.document))),
    layouts: object.layouts.map(document),
    views: object.views.map(document),
  }));
  return deepFreeze({
    ...model,
    hash: digest([model.hash, language, chain]),
    objects,
    roles: entries(model.roles, (role) => ({ ...role, label: text(role.id, 'label', role.label) })),
    apps: model.apps.map(document),
    workflows: entries(model.workflows, document),
    templates: entries(model.templates, document),
  });
}
