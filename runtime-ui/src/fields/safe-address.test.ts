import { describe, expect, it } from 'vitest';
import { safeAddress } from './safe-address.js';

describe('addresses of links', () => {
  it.each([
    ['https://example.com/a?b=c', 'https://example.com/a?b=c'],
    ['example.com', 'https://example.com/'],
    ['mailto:ada@example.com', 'mailto:ada@example.com'],
    ['tel:+49301234', 'tel:+49301234'],
  ])('%s leads to %s', (text, expected) => {
    expect(safeAddress(text)).toBe(expected);
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    '//evil.example',
    '\\\\evil.example',
    'https://user:pass@evil.example',
    '',
  ])('%j leads nowhere', (text) => {
    const address = safeAddress(text);
    expect(address === undefined || new URL(address).protocol === 'https:').toBe(true);
    if (!text.startsWith('//')) expect(address).toBeUndefined();
  });
});
