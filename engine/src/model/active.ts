import type { Bindings } from './bindings.js';
import type { Model } from './types.js';

/** What a process works with at one moment: one immutable value, swapped in one assignment when a revision is published. */
export type ActiveModel = { readonly space: number; readonly revision: number; readonly model: Model; readonly bindings: Bindings };
