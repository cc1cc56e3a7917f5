import type { Clock } from '../../kernel/clock.js';
import type { Database } from '../../store/open-database.js';
import type { ExternalAction, LocalAction } from '../node-action.js';
import { branch } from './branch.js';
import { emailSend } from './email-send.js';
import { recordCreate } from './record-create.js';
import { recordUpdate } from './record-update.js';
import { smtpTransport, type MailConfig } from './smtp.js';
import { webhookCall, type WebhookConfig } from './webhook-call.js';

export type ActionRegistry = {
  readonly local: ReadonlyMap<string, LocalAction>;
  readonly external: ReadonlyMap<string, ExternalAction>;
  close(): void;
};

/** Every node type this installation can run. A new one is one file, one manifest in model/workflow-nodes.ts and one line here. */
export function builtInActions(services: { database: Database; clock: Clock; mail: MailConfig; webhook: WebhookConfig }): ActionRegistry {
  const { smtpUrl, from } = services.mail;
  const transport = smtpUrl === undefined ? undefined : smtpTransport(smtpUrl, from);
  const local = [branch, recordUpdate, recordCreate];
  const external = [emailSend(services.mail, transport, services.database), webhookCall(services.webhook, services.clock)];
  return {
    local: new Map(local.map((action) => [action.type, action])),
    external: new Map(external.map((action) => [action.type, action])),
    close: () => transport?.close(),
  };
}
