/** A value that is a text or a number as text; anything else, nothing among them, is empty. */
export const asText = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
