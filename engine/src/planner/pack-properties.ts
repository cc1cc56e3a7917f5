import type { DocumentKind } from '@fieldstone/metadata/types/documents.js';
import { ORDER } from './merge-lists.js';

/**
 * Properties that only decide how something looks or reads. Where people and a new version of a pack both changed one, people keep theirs.
 * Every other property decides what data means or who may do what: there a person has to choose.
 *
 * Shape: a pointer with "*" for one step of any name; it covers everything below it, except what `STRUCTURAL_BELOW` names.
 * Source: the table of pack upgrades in the database design.
 */
const PRESENTATIONAL: Readonly<Record<DocumentKind, readonly string[]>> = {
  action: ['/label', '/description', '/icon', '/order', '/inputs/*/label', '/inputs/*/help'],
  app: ['/label', '/icon', '/order', '/items'],
  data: [],
  field: ['/label', '/help', '/options/*/label', '/options/*/color', '/inverse/label'],
  layout: ['/label', '/highlights', '/path', '/sections', '/related'],
  object: ['/label', '/pluralLabel', '/description', '/icon'],
  pack: ['/label', '/description'],
  permission: [],
  process: ['/label', '/transitions/*/label'],
  record_type: ['/label', '/description', '/order'],
  role: ['/label', '/description'],
  template: ['/label', '/subject', '/text', '/html'],
  translation: ['/texts'],
  validation: ['/label', '/message'],
  view: [
    '/label',
    '/order',
    '/sort',
    '/columns',
    '/quickFilters',
    '/board/sums',
    '/board/card',
    '/board/columns/sort',
    '/board/columns/details',
    '/board/columns/color',
  ],
  workflow: ['/label', '/description', '/layout', '/nodes/*/label'],
};

/** Conditions inside a layout decide what can be seen and entered. */
const STRUCTURAL_BELOW = new Set(['visible', 'required', 'readOnly']);

export function isPresentational(kind: DocumentKind, path: string): boolean {
  const steps = path.split('/').slice(1);
  if (steps.at(-1) === ORDER) return true;
  if (kind === 'layout' && steps.some((step) => STRUCTURAL_BELOW.has(step))) return false;
  return PRESENTATIONAL[kind].some((pattern) => {
    const wanted = pattern.split('/').slice(1);
    return wanted.length <= steps.length && wanted.every((step, index) => step === '*' || step === steps[index]);
  });
}
