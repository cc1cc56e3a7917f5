import type { PlanAnswer } from '@fieldstone/metadata/types/wire.js';
import { AppError } from '../../kernel/errors.js';
import type { RequestContext } from '../../records/context.js';
import { listRecords } from '../../records/list-records.js';

type Conversion = NonNullable<PlanAnswer['hazards'][number]['conversion']>;

/** Puts name and value to the records that a plan names, as far as the caller may read them. The others are not mentioned to them. */
export async function withSamples(ctx: RequestContext, plan: PlanAnswer): Promise<PlanAnswer> {
  const hazards = await Promise.all(
    plan.hazards.map(async (hazard) =>
      hazard.conversion ? { ...hazard, conversion: { ...hazard.conversion, samples: await samplesOf(ctx, hazard.conversion) } } : hazard,
    ),
  );
  return { ...plan, hazards };
}

async function samplesOf(ctx: RequestContext, { object, field, samples }: Conversion): Promise<Conversion['samples']> {
  const name = ctx.active.model.objects.get(object)?.nameField;
  if (samples.length === 0 || name === undefined) return [];
  const filter = { in: [{ var: 'id' }, samples.map(({ id }) => id)] };
  const read = async (fields: readonly string[]) => {
    const { data } = JSON.parse(await listRecords(ctx, object, { filter, fields: ['id', ...fields], limit: samples.length })) as {
      data: { [field: string]: unknown }[];
    };
    return data.map((record) => ({ id: String(record['id']), label: labelOf(record[name]), value: record[field] }));
  };
  try {
    return await read([...new Set([name, field])]);
  } catch (error) {
    // What they may not read is refused like what is not there.
    if (error instanceof AppError && ['malformed', 'not_found', 'forbidden'].includes(error.code)) return [];
    throw error;
  }
}

const labelOf = (value: unknown): string => (typeof value === 'string' ? value : '');
