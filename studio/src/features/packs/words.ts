import type { PackCase, PackInfo, PackStep } from '@fieldstone/metadata/types/wire.js';
import type { PackAction } from '../../api/packs.js';

const STATE_WORDS: Record<PackInfo['state'], { label: string; tone: string }> = {
  waits: { label: 'Waiting for you', tone: 'badge-warning' },
  upgrade: { label: 'Upgrade offered', tone: 'badge-accent' },
  current: { label: 'Up to date', tone: 'badge-success' },
  available: { label: 'Not installed', tone: '' },
};

/** Where a pack stands. */
export const stateWords = ({ state, conflicts }: PackInfo): { label: string; tone: string } =>
  conflicts > 0 ? { ...STATE_WORDS.waits, label: 'Waiting for decisions' } : STATE_WORDS[state];

export const OUTCOME_WORDS: Record<NonNullable<PackCase['outcome']>, { label: string; tone: string }> = {
  holds: { label: 'Holds', tone: 'badge-success' },
  fails: { label: 'Fails', tone: 'badge-danger' },
  fails_here: { label: 'Fails with your changes', tone: 'badge-warning' },
};

export const ACTIONS: Record<PackAction, { label: string; intro: string }> = {
  install: { label: 'Install', intro: 'Read what the pack brings and the exact SQL. Nothing happens before you publish.' },
  upgrade: { label: 'Upgrade', intro: 'What you changed stays, property by property. Nothing happens before you publish.' },
  uninstall: {
    label: 'Uninstall',
    intro: 'No record is deleted: install the pack again and all of them are back. Nothing happens before you publish.',
  },
};

export const isAction = (text: string): text is PackAction => Object.hasOwn(ACTIONS, text);

/** What happened, or is about to happen, to a pack. */
export function stepText({ name, from, to }: PackStep): string {
  if (from === null) return `${name} ${to ?? ''} installed`;
  if (to === null) return `${name} ${from} uninstalled`;
  return from === to ? `${name} ${to} with other content` : `${name} ${from} → ${to}`;
}

export const counted = (count: number, one: string, many: string): string => `${count.toLocaleString()} ${count === 1 ? one : many}`;

/** What is to be done about a pack, in one line. */
export function waitsText({ conflicts, waits }: Pick<PackInfo, 'conflicts' | 'waits'>): string {
  const parts = [
    ...(conflicts > 0 ? [`${counted(conflicts, 'property', 'properties')} to decide`] : []),
    ...(waits.length > 0 ? [`${counted(waits.length, 'reason', 'reasons')} why the last start left it`] : []),
  ];
  return parts.join(', ');
}
