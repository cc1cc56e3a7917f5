import { isPlainAddress } from '../../kernel/address.js';
import { derivedId, isUuid } from '../../kernel/ids.js';
import { localisedDocument } from '../../model/localise.js';
import { beginMail, endMail } from '../../store/outbound-mail.js';
import type { Database } from '../../store/open-database.js';
import { readPerson } from '../../store/workflow-people.js';
import { failpoint } from '../../kernel/failpoint.js';
import type { ExternalAction, StepScope } from '../node-action.js';
import type { Reader, RunValues } from '../run-values.js';
import { StepBlocked, StepFailure } from '../step-failure.js';
import { idOf } from './record-update.js';
import { DeliveryUnknown, type MailConfig, type MailTransport } from './smtp.js';

type Prepared = { readonly to: string; readonly subject: string; readonly text: string; readonly html: string | null };

const MAX_SUBJECT = 400;

/**
 * Sends one mail, at most once. A note in state 'sending' is stored before the mail server is asked, so that after a crash the mail is known to be
 * under way and not sent again: mail servers do not recognise repeats.
 */
export const emailSend = (config: MailConfig, transport: MailTransport | undefined, database: Database): ExternalAction => ({
  type: 'email.send@1',

  async prepare(node, scope): Promise<Prepared> {
    const input = node.input as { to: unknown; template?: string; subject?: unknown; text?: unknown; html?: unknown };
    const { address: to, reader } = await recipientOf(await scope.values.resolve(input.to), scope, database);
    const values = scope.values.readBy(reader);
    const { subject, text, html } =
      input.template === undefined ? await written(input, values) : await fromTemplate(input.template, scope, reader, values);
    const line = subject.trim();
    // eslint-disable-next-line no-control-regex -- exactly these would end or forge a header
    if (/[\u0000-\u001f\u007f\u2028\u2029]/.test(line))
      throw new StepFailure('invalid_input', 'The subject holds a line break or a control character.');
    if (line === '' || line.length > MAX_SUBJECT)
      throw new StepFailure('invalid_input', `The subject must have 1 to ${MAX_SUBJECT} characters.`);
    return { to, subject: line, text: text.replaceAll('\u0000', ''), html: html?.replaceAll('\u0000', '') ?? null };
  },

  async call(input, { tenantId, runId, key }) {
    const mail = input as Prepared;
    const id = derivedId(`mail:${key}`);
    const begun = await beginMail(database.data, tenantId, { id, runId, key, ...mail }, transport ? 'sending' : 'local');
    if (begun === 'unknown') {
      const message = 'The server stopped while this mail was being sent. It may have arrived, so it is not sent again.';
      await endMail(database.data, tenantId, key, 'unknown', message);
      return { mail: id, status: 'unknown' };
    }
    if (begun !== 'yours' || !transport) return { mail: id, status: begun === 'yours' ? 'local' : begun };
    failpoint('mail-begun');
    try {
      await transport.send({ messageId: `<${id}@${domainOf(config.from)}>`, ...mail });
    } catch (error) {
      const isUnknown = error instanceof DeliveryUnknown;
      const message = isUnknown
        ? 'The connection broke while this mail was handed over. It may have arrived, so it is not sent again.'
        : (error as Error).message;
      await endMail(database.data, tenantId, key, isUnknown ? 'unknown' : 'failed', message);
      if (isUnknown) return { mail: id, status: 'unknown' };
      throw error;
    }
    failpoint('mail-sent');
    await endMail(database.data, tenantId, key, 'sent', null);
    return { mail: id, status: 'sent' };
  },
});

const domainOf = (from: string): string => /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';

/** One plain address: no list, no comment, no quoted part, nothing that could become another header. */
const ADDRESS =
  /^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

/** Where a mail goes, and who reads it there: a user in their own language, anybody else in that of the person the run works for. */
async function recipientOf(
  value: unknown,
  { run, identity }: StepScope,
  database: Database,
): Promise<{ readonly address: string; readonly reader: Reader }> {
  const id = idOf(value);
  if (id !== null && isUuid(id)) {
    const person = await readPerson(database.pool, run.tenant.id, id);
    if (!person?.isActive) throw new StepFailure('no_recipient', 'The user this mail is for does not exist or is not active.');
    if (!isPlainAddress(person.email))
      throw new StepFailure('no_recipient', 'The address of the user this mail is for is not one plain e-mail address.');
    const { locale, timeZone } = person;
    return { address: person.email, reader: { locale: locale ?? run.tenant.locale, timeZone: timeZone ?? run.tenant.timeZone } };
  }
  const address = typeof value === 'string' ? value.trim() : '';
  if (address === '') throw new StepFailure('no_recipient', 'The mail has no recipient: the value is empty.');
  if (address.length > 254 || !ADDRESS.test(address))
    throw new StepFailure('no_recipient', 'The recipient is not one plain e-mail address.');
  return { address, reader: identity.actor };
}

async function written(input: { subject?: unknown; text?: unknown; html?: unknown }, values: RunValues): Promise<Omit<Prepared, 'to'>> {
  const { subject, text } = (await values.resolve({ subject: input.subject ?? '', text: input.text ?? '' })) as {
    subject: unknown;
    text: unknown;
  };
  return {
    subject: String(subject ?? ''),
    text: String(text ?? ''),
    html: input.html === undefined ? null : await htmlOf(input.html, values),
  };
}

/** An HTML body is rendered as HTML, so that every value in it is escaped. */
async function htmlOf(html: unknown, values: RunValues): Promise<string | null> {
  if (typeof html === 'object' && html !== null && '$template' in html) return values.renderHtml(String(html.$template));
  const resolved = await values.resolve(html);
  return typeof resolved === 'string' ? resolved : null;
}

async function fromTemplate(name: string, { definition }: StepScope, { locale }: Reader, values: RunValues): Promise<Omit<Prepared, 'to'>> {
  const named = definition.model.templates.get(name);
  if (!named) throw new StepBlocked('template_missing', `There is no template "${name}".`);
  const template = localisedDocument(definition.model, named, locale);
  return {
    subject: await values.renderText(template.subject),
    text: await values.renderText(template.text),
    html: template.html === undefined ? null : await values.renderHtml(template.html),
  };
}
