import nodemailer from 'nodemailer';
import { StepFailure } from '../step-failure.js';

/**
 * How mail leaves. Without a server it does not: it stays in the outbox that the studio shows.
 *
 * Shape: smtpUrl is smtp://user:password@host:port or smtps://...; for smtp TLS is used when the server offers it, demanded with ?tls=required.
 */
export type MailConfig = { readonly smtpUrl: string | undefined; readonly from: string };

export type OutgoingMail = {
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
};

export type MailTransport = { send(mail: OutgoingMail): Promise<void>; close(): void };

/** Whether the server may have taken the mail although no answer came. */
export class DeliveryUnknown extends Error {
  override readonly name = 'DeliveryUnknown';
}

/**
 * Hands mail to the configured server, one connection a message: a kept connection that went away could not be told from one that broke after
 * the text was handed over.
 *
 * Errors: StepFailure when the server certainly did not take it (retryable for 4xx answers and when it was not reached); DeliveryUnknown otherwise.
 */
export function smtpTransport(smtpUrl: string, from: string): MailTransport {
  const url = new URL(smtpUrl);
  const transport = nodemailer.createTransport({
    host: url.hostname,
    port: Number(url.port || (url.protocol === 'smtps:' ? 465 : 587)),
    secure: url.protocol === 'smtps:',
    requireTLS: url.searchParams.get('tls') === 'required',
    ignoreTLS: url.searchParams.get('tls') === 'none',
    ...(url.username === '' ? {} : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async (mail) => {
      try {
        await transport.sendMail({
          messageId: mail.messageId,
          from: from,
          // An object: the address is never parsed as a list.
          to: { name: '', address: mail.to },
          envelope: { from: addressOf(from), to: mail.to },
          subject: mail.subject,
          text: mail.text,
          ...(mail.html === null ? {} : { html: mail.html }),
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
      } catch (error) {
        throw classify(error);
      }
    },
    close: () => transport.close(),
  };
}

const addressOf = (from: string): string => /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from;

type SmtpError = { readonly code?: string; readonly responseCode?: number; readonly timeoutType?: string; readonly syscall?: string };

/**
 * Only what is certain counts as not delivered: an answer of the server, or a connection that was never made. The library names the same command
 * for every broken connection, so any other break may have come after the text was handed over.
 */
function classify(error: unknown): Error {
  const { code, responseCode, timeoutType, syscall } = error as SmtpError;
  if (responseCode !== undefined && responseCode >= 400) {
    return new StepFailure('mail_refused', `The mail server answered ${responseCode}.`, { retryable: responseCode < 500, cause: error });
  }
  if (code === 'EAUTH') return new StepFailure('mail_sign_in', 'The mail server refused the sign-in.', { retryable: true, cause: error });
  if (code === 'EENVELOPE' || code === 'EMESSAGE') return new StepFailure('mail_refused', 'The mail is not acceptable.', { cause: error });
  const neverConnected =
    code === 'EDNS' ||
    code === 'ETLS' ||
    syscall === 'connect' ||
    syscall === 'getaddrinfo' ||
    (timeoutType ?? 'SOCKET_TIMEOUT') !== 'SOCKET_TIMEOUT';
  if (neverConnected)
    return new StepFailure('mail_unreachable', 'The mail server could not be reached.', { retryable: true, cause: error });
  return new DeliveryUnknown('the connection broke while the mail was handed over', { cause: error });
}
