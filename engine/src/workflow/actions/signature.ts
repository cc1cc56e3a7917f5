import { createHmac, hkdfSync } from 'node:crypto';

/**
 * The secret with which an installation signs its webhooks, in the form receivers are given it.
 *
 * Shape:  "whsec_" and base64; a pure function of the secret of the installation, so that every process has the same.
 * Source: Standard Webhooks 1.0, symmetric secrets.
 */
export function webhookSecret(installationSecret: string): string {
  return `whsec_${Buffer.from(hkdfSync('sha256', installationSecret, '', 'webhook signature', 32)).toString('base64')}`;
}

/** Headers that tell a receiver who sent a message and that it was not changed. `id` is the same for every repeat of one message. */
export function signatureHeaders(secret: string, id: string, sentAt: Date, body: string): Record<string, string> {
  const timestamp = Math.floor(sentAt.getTime() / 1_000);
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` };
}
