import type { OutboxMail } from '@fieldstone/metadata/types/wire.js';
import type { Page, PageQuery } from '../../workflow/run-views.js';
import { signedIn, type RequestScope, type Route } from '../route.js';
import { pageQuery } from './page-query.js';
import { gives } from '../exchange.js';
import { outbox } from '../schemas/automation.js';
import { pageParameters } from '../schemas/page.js';

export type MailParts = { readonly outbox: (scope: RequestScope, query: PageQuery) => Promise<Page<OutboxMail>> };

export function mailRoutes(parts: MailParts): Route[] {
  return [
    {
      method: 'GET',
      path: '/mail/outbox',
      policy: signedIn,
      summary: 'Mail that workflows sent, or kept because there is no mail server',
      exchange: gives(outbox, { query: pageParameters }),
      handler: async (scope) => ({ value: await parts.outbox(scope, pageQuery(scope)) }),
    },
  ];
}
