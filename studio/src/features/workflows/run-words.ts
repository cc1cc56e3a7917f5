import type { RunStatus } from '@fieldstone/metadata/types/wire.js';

export const RUN_STATUS: Record<RunStatus, { label: string; tone: string }> = {
  ready: { label: 'Ready', tone: 'badge-info' },
  leased: { label: 'Running', tone: 'badge-info' },
  waiting: { label: 'Waiting', tone: 'badge-info' },
  blocked: { label: 'Blocked', tone: 'badge-warning' },
  done: { label: 'Done', tone: 'badge-success' },
  failed: { label: 'Failed', tone: 'badge-danger' },
  dead: { label: 'Given up', tone: 'badge-danger' },
  cancelled: { label: 'Cancelled', tone: '' },
};

export const isOpen = (status: RunStatus): boolean => status === 'ready' || status === 'leased' || status === 'waiting';

const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
export const timeText = (at: string): string => when.format(new Date(at));

/** How long something took, in words. */
export function tookText(from: string, to: string | null): string {
  if (to === null) return 'not ended';
  const ms = new Date(to).getTime() - new Date(from).getTime();
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.round(ms / 60_000);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
