/**
 * The address a link may lead to, or undefined. Only http, https, mailto and tel: a browser would run anything else, and ignores control
 * characters inside a scheme.
 */
export function safeAddress(text: string): string | undefined {
  const address = text.trim();
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u0020\u007f\\]/.test(address)) return undefined;
  const complete = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`;
  let url: URL;
  try {
    url = new URL(complete);
  } catch {
    return undefined;
  }
  if (!['http:', 'https:', 'mailto:', 'tel:'].includes(url.protocol)) return undefined;
  return url.username === '' && url.password === '' ? url.href : undefined;
}
