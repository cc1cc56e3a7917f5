import { textsOf } from '../texts/text.js';

const en = {
  'bar.label': 'What to do with the chosen records',
  'bar.chosen_one': '{{count}} chosen',
  'bar.chosen_other': '{{count}} chosen',
  'bar.all': 'Choose all {{count}}',
  'bar.first': 'Choose the first {{count}}',
  'bar.edit': 'Edit…',
  'bar.owner': 'Change owner…',
  'bar.merge': 'Merge…',
  'bar.delete': 'Delete…',
  'bar.clear': 'Choose none',

  'edit.title': 'Edit {{objects}}',
  'owner.title': 'Change the owner',
  'delete.title': 'Delete {{objects}}',
  'edit.field': 'Field',
  'edit.find': 'Choose a field',
  'edit.another': 'Another field',
  'edit.remove': 'Leave {{field}} as it is',
  'edit.emptySome': 'Fields without a value are emptied.',
  'edit.missing': 'Choose a field first.',
  'edit.empty': 'Without a value the field is emptied.',
  'edit.about_one': '{{count}} record is changed. What you may not change, or what a rule refuses, stays as it is and is listed.',
  'edit.about_other': '{{count}} records are changed. What you may not change, or what a rule refuses, stays as it is and is listed.',
  'delete.about_one': '{{count}} record goes to the recycle bin, with what belongs to it.',
  'delete.about_other': '{{count}} records go to the recycle bin, with what belongs to them.',
  'edit.apply_one': 'Change {{count}} record',
  'edit.apply_other': 'Change {{count}} records',
  'delete.apply_one': 'Delete {{count}} record',
  'delete.apply_other': 'Delete {{count}} records',
  cancel: 'Cancel',
  close: 'Close',
  working: 'Working on it…',

  'done.changed_one': '{{count}} record changed.',
  'done.changed_other': '{{count}} records changed.',
  'done.deleted_one': '{{count}} record deleted.',
  'done.deleted_other': '{{count}} records deleted.',
  'done.failed_one': '{{count}} record stayed as it was.',
  'done.failed_other': '{{count}} records stayed as they were.',
  'done.reasons': 'Records that stayed as they were, and why',
};

const de: typeof en = {
  'bar.label': 'Was mit den ausgewählten Datensätzen geschehen soll',
  'bar.chosen_one': '{{count}} ausgewählt',
  'bar.chosen_other': '{{count}} ausgewählt',
  'bar.all': 'Alle {{count}} auswählen',
  'bar.first': 'Die ersten {{count}} auswählen',
  'bar.edit': 'Bearbeiten …',
  'bar.owner': 'Besitzer ändern …',
  'bar.merge': 'Zusammenführen …',
  'bar.delete': 'Löschen …',
  'bar.clear': 'Keine auswählen',

  'edit.title': '{{objects}} bearbeiten',
  'owner.title': 'Besitzer ändern',
  'delete.title': '{{objects}} löschen',
  'edit.field': 'Feld',
  'edit.find': 'Feld auswählen',
  'edit.another': 'Weiteres Feld',
  'edit.remove': '{{field}} lassen, wie es ist',
  'edit.emptySome': 'Felder ohne Wert werden geleert.',
  'edit.missing': 'Wählen Sie zuerst ein Feld.',
  'edit.empty': 'Ohne Wert wird das Feld geleert.',
  'edit.about_one':
    '{{count}} Datensatz wird geändert. Was Sie nicht ändern dürfen oder eine Regel verweigert, bleibt, wie es ist, und wird genannt.',
  'edit.about_other':
    '{{count}} Datensätze werden geändert. Was Sie nicht ändern dürfen oder eine Regel verweigert, bleibt, wie es ist, und wird genannt.',
  'delete.about_one': '{{count}} Datensatz kommt in den Papierkorb, mit allem, was dazugehört.',
  'delete.about_other': '{{count}} Datensätze kommen in den Papierkorb, mit allem, was dazugehört.',
  'edit.apply_one': '{{count}} Datensatz ändern',
  'edit.apply_other': '{{count}} Datensätze ändern',
  'delete.apply_one': '{{count}} Datensatz löschen',
  'delete.apply_other': '{{count}} Datensätze löschen',
  cancel: 'Abbrechen',
  close: 'Schließen',
  working: 'Wird ausgeführt …',

  'done.changed_one': '{{count}} Datensatz geändert.',
  'done.changed_other': '{{count}} Datensätze geändert.',
  'done.deleted_one': '{{count}} Datensatz gelöscht.',
  'done.deleted_other': '{{count}} Datensätze gelöscht.',
  'done.failed_one': '{{count}} Datensatz blieb, wie er war.',
  'done.failed_other': '{{count}} Datensätze blieben, wie sie waren.',
  'done.reasons': 'Datensätze, die blieben, wie sie waren, und warum',
};

export const texts = { en, de };

type Name = keyof typeof en;
type Counted<Of> = Of extends `${infer Base}_other` ? Base : never;
const say = textsOf(texts);
/** A text of the part. */
export const bulk = (name: Exclude<Name, `${string}_one` | `${string}_other`>, values: Record<string, string | number> = {}): string =>
  say(name, values);
/** A text that counts. */
export const counted = (name: Counted<Name>, count: number): string => say(name as Name, { count });
