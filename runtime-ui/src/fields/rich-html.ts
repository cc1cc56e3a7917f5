const ELEMENTS = new Set(['p', 'br', 'h3', 'h4', 'ul', 'ol', 'li', 'blockquote', 'pre', 'strong', 'em', 'code', 'a']);

function copy(from: Node, to: Node) {
  for (const node of from.childNodes) {
    if (node instanceof Text) to.appendChild(document.createTextNode(node.data));
    if (!(node instanceof Element)) continue;
    const name = node.localName;
    if (!ELEMENTS.has(name)) continue;
    const made = document.createElement(name);
    const href = node.getAttribute('href') ?? '';
    if (name === 'a' && /^(https?|mailto|tel):/i.test(href)) Object.assign(made, { href, target: '_blank', rel: 'noopener noreferrer' });
    copy(node, made);
    to.appendChild(made);
  }
}

// The parsed document is never shown and runs nothing.
const parsed = (html: string) => new DOMParser().parseFromString(html, 'text/html').body;

/**
 * Formatted text as elements. The server cleans it when it is written; here the same closed list is built again from what it parses to, so that
 * nothing else reaches the page whatever is stored.
 */
export function richElement(html: string): HTMLElement {
  const element = document.createElement('div');
  element.className = 'rich';
  copy(parsed(html), element);
  return element;
}

/** Its words in one line. */
export function richWords(html: string): string {
  const body = parsed(html);
  for (const block of body.querySelectorAll('p, br, h3, h4, li, blockquote, pre')) block.after(' ');
  return (body.textContent ?? '').replace(/\s+/g, ' ').trim();
}
