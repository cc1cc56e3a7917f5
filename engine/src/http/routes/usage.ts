import type { UsageAnswer } from '@fieldstone/metadata/types/wire.js';
import { QUOTAS, standing, type QuotaName } from '../../kernel/quota.js';
import { say } from '../../texts/say.js';
import { sentence } from '../../texts/told.js';
import { gives } from '../exchange.js';
import { may, type RequestScope, type Route } from '../route.js';
import { list, oneOf, orNull, shape, text, whole, type Schema } from '../schema.js';

type Quota = { readonly name: QuotaName; readonly max: number | null; readonly used: number | null; readonly measuredAt: string | null };

const usage: Schema<UsageAnswer> = shape({
  data: list(
    shape({
      name: oneOf(...QUOTAS),
      label: text,
      max: orNull(whole),
      used: orNull(whole),
      state: oneOf('ok', 'near', 'full'),
      measuredAt: orNull(text),
    }),
  ),
});

/** What the organisation of the caller has of what it may have so much of, as of the last look. */
export function usageRoute(read: (scope: RequestScope) => Promise<readonly Quota[]>): Route {
  return {
    method: 'GET',
    path: '/settings/usage',
    policy: may('manage_settings'),
    summary: 'Quotas of the organisation and how much of each is used; "near" from 80 % on',
    exchange: gives(usage),
    handler: async (scope) => {
      const quotas = await read(scope);
      const data = quotas.map(({ name, max, used, measuredAt }) => ({
        ...{ name, label: say(scope.actor.locale, sentence(`quota.label.${name}`)), max, used, measuredAt },
        state: max === null || used === null ? ('ok' as const) : standing({ used, max }),
      }));
      return { value: { data } satisfies UsageAnswer };
    },
  };
}
