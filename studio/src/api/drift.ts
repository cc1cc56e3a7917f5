import type { DriftAnswer, RepairAnswer } from '@fieldstone/metadata/types/wire.js';
import { call } from './client.js';

export const readDrift = () => call<DriftAnswer>('GET', '/metadata/drift');
export const repairDrift = (plan: string, confirm: readonly string[]) =>
  call<RepairAnswer>('POST', '/metadata/drift/repair', { plan, confirm });
