import sanitize from 'sanitize-html';

/** What formatted text is made of. Everything else is dropped, its text kept; the runtime shows no other element. */
const ELEMENTS = ['p', 'br', 'h3', 'h4', 'ul', 'ol', 'li', 'blockquote', 'pre', 'strong', 'em', 'code', 'a'];
/** Elements that mean the same, or nearly: the page itself has the headings above the third. */
const SAME: Readonly<Record<string, string>> = { b: 'strong', i: 'em', div: 'p', h1: 'h3', h2: 'h3', h5: 'h4', h6: 'h4' };
const SCHEMES = ['http', 'https', 'mailto', 'tel'];
const MAX_DEPTH = 20;
const BLOCK = /<(?:p|h3|h4|ul|ol|blockquote|pre)>/;

/**
 * HTML as it is stored: a closed list of elements without attributes, and links that lead out of the page and can not reach back into it.
 *
 * Source: docs/decisions/0013-sanitize-html-on-write.md.
 */
export function sanitizeHtml(html: string): string {
  const clean = sanitize(html, {
    allowedTags: ELEMENTS,
    allowedAttributes: { a: ['href', 'target', 'rel'] },
    allowedSchemes: SCHEMES,
    allowedSchemesAppliedToAttributes: ['href'],
    allowProtocolRelative: false,
    nestingLimit: MAX_DEPTH,
    transformTags: {
      ...SAME,
      a: (tagName, { href }) => ({
        tagName,
        // A link within the page, or to nowhere, is no link.
        attribs:
          href !== undefined && /^[a-z]+:/i.test(href.trim()) ? { href: href.trim(), target: '_blank', rel: 'noopener noreferrer' } : {},
      }),
    },
    exclusiveFilter: ({ tag, attribs }) => (tag === 'a' && attribs['href'] === undefined ? 'excludeTag' : false),
  }).trim();
  // Words alone are a paragraph.
  return clean === '' || BLOCK.test(clean) ? clean : `<p>${clean}</p>`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Plain text as paragraphs. */
export const htmlOfText = (text: string): string =>
  text
    .trim()
    .split(/(?:\r\n?|\n){2,}/)
    .map((paragraph) => `<p>${escaped(paragraph).replace(/\r\n?|\n/g, '<br />')}</p>`)
    .join('');
