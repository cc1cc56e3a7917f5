import type { PackBundle, PackDetail, PackInfo, PackPlanAnswer, PackResolution, PackTestAnswer } from '@fieldstone/metadata/types/wire.js';
import { useQuery } from '@tanstack/react-query';
import { call } from './client.js';

export type PackAction = PackPlanAnswer['action'];

const path = (name: string, rest = '') => `/packs/${encodeURIComponent(name)}${rest}`;

export const usePacks = () =>
  useQuery({ queryKey: ['packs'], queryFn: async () => (await call<{ data: PackInfo[] }>('GET', '/packs')).data });
export const usePack = (name: string) => useQuery({ queryKey: ['pack', name], queryFn: () => call<PackDetail>('GET', path(name)) });
export const planPack = (name: string, action: PackAction, resolutions: readonly PackResolution[]) =>
  call<PackPlanAnswer>('POST', path(name, `/${action}`), { resolutions });
export const testPack = (name: string) => call<PackTestAnswer>('POST', path(name, '/test'), {});
export const exportChanges = (name: string) => call<PackBundle>('GET', `/pack-export?name=${encodeURIComponent(name)}`);
