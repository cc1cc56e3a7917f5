const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&', '&nbsp;': ' ' };

/**
 * The text of formatted text, a line for each block: what a search finds, what a condition reads and what its length is counted by. One function for
 * the column that is stored beside the HTML and for forms, whose editor writes `<br>` and `&nbsp;` where the server stores `<br />` and a space.
 */
export const textOfHtml = (html: string): string =>
  html
    .replace(/<br ?\/?>|<\/(?:p|h3|h4|li|blockquote|pre)>/g, '\n')
    .replace(/<[^>]*(?:>|$)/g, '')
    .replace(/&(?:lt|gt|quot|amp|nbsp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\u00a0/g, ' ')
    .replace(/\n{2,}/g, '\n')
    .trim();
