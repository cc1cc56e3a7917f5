/** What a tenant may have so many of: records, in the recycle bin too; bytes of files; runs of workflows that wait for their turn. */
export const QUOTAS = ['records', 'file_bytes', 'waiting_runs'] as const;
export type QuotaName = (typeof QUOTAS)[number];

/** For all tenants that have no value of their own; null is no limit. */
export type QuotaDefaults = Readonly<Record<QuotaName, number | null>>;

/** How much of a quota is used. */
export type Use = { readonly used: number; readonly max: number };
/** The quotas of a tenant that are used up, as of the last look. */
export type Full = Readonly<Partial<Record<QuotaName, Use>>>;

/** From there on people are warned. */
const NEAR = 0.8;

/** How a quota stands. */
export function standing({ used, max }: Use): 'ok' | 'near' | 'full' {
  if (used >= max) return 'full';
  return used >= max * NEAR ? 'near' : 'ok';
}
