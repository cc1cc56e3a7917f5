import { announce } from './announce.js';

export type Toast = {
  readonly id: number;
  readonly text: string;
  readonly tone: 'info' | 'danger';
  readonly action?: { readonly label: string; readonly run: () => void };
};

let list: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

export const toasts = () => list;

export function onToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const changed = () => listeners.forEach((listener) => listener());

export function showToast(toast: Omit<Toast, 'id'>): number {
  last += 1;
  list = [...list.slice(-3), { ...toast, id: last }];
  announce(toast.text);
  changed();
  return last;
}

export function dismissToast(id: number) {
  list = list.filter((toast) => toast.id !== id);
  changed();
}
