/** Headers of every answer. No `Server`, no version: those help only who looks for a way in. */
const COMMON: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'same-origin'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Origin-Agent-Cluster', '?1'],
  [
    'Permissions-Policy',
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()',
  ],
];
const SECURE_ONLY: readonly [string, string] = ['Strict-Transport-Security', 'max-age=63072000; includeSubDomains'];

export type HeaderList = readonly (readonly [string, string])[];

const withTransport = (isSecure: boolean): HeaderList => (isSecure ? [...COMMON, SECURE_ONLY] : COMMON);

/** API answers are data: nothing in them may run, even when a browser is pointed at them. */
export const apiHeaders = (isSecure: boolean): HeaderList => [
  ...withTransport(isSecure),
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; sandbox"],
  ['Cache-Control', 'no-store'],
  ['Vary', 'Cookie, Authorization, Accept-Language'],
];

export const assetHeaders = (isSecure: boolean): HeaderList => [
  ...withTransport(isSecure),
  ['Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"],
];

/**
 * Headers of a page. Scripts run only with the nonce of this very answer, and what such a script imports; so a page is never cached.
 *
 * `style-src-attr` is open because Lit's styleMap writes the attribute on its first render (Shoelace uses it); style attributes load nothing.
 * Units: `nonce` holds 128 random bits.
 */
export const pageHeaders = (isSecure: boolean, nonce: string): HeaderList => [
  ...withTransport(isSecure),
  [
    'Content-Security-Policy',
    [
      "default-src 'none'",
      `script-src 'nonce-${nonce}' 'strict-dynamic'`,
      "script-src-attr 'none'",
      `style-src 'self' 'nonce-${nonce}'`,
      "style-src-attr 'unsafe-inline'",
      "img-src 'self' blob: data:",
      "font-src 'self'",
      "connect-src 'self'",
      "worker-src 'self'",
      "manifest-src 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "object-src 'none'",
      ...(isSecure ? ['upgrade-insecure-requests'] : []),
    ].join('; '),
  ],
  ['Cache-Control', 'no-store'],
];
