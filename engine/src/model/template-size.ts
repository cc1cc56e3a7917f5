/** What inside of braces holds text that means nothing: its end, or the end of everything where it has none. */
const CLOSES: Readonly<Record<string, string>> = { '"': '"', "'": "'", '[': ']' };

/** What a template asks of the parser: how deep it is nested, and how many characters stand in braces, with these and without comments. */
export type TemplateSize = { readonly nesting: number; readonly inBraces: number };

/**
 * How large a template is. Blocks, each further branch of them, and helpers in one another are counted together as its nesting.
 *
 * Shape:  read in one pass, before anything is parsed. Never less than what the parser of the library meets until it finds a mistake; more where braces
 *         stand in text that is not read. Comments are read over by the parser too.
 */
export function templateSize(source: string): TemplateSize {
  const branches: number[] = [];
  let open = 0;
  let most = 0;
  let inBraces = 0;
  for (let at = source.indexOf('{{'); at >= 0; at = source.indexOf('{{', at)) {
    const isEscaped = source[at - 1] === '\\' && source[at - 2] !== '\\';
    if (isEscaped) {
      at += 2;
      continue;
    }
    const { end, brackets, word } = braces(source, at + 2);
    if (word.startsWith('#') || (word.startsWith('^') && word !== '^')) {
      branches.push(1);
      open += 1;
    } else if (word.startsWith('/')) open -= branches.pop() ?? 0;
    else if (word === '^' || word === 'else') {
      branches.push((branches.pop() ?? 0) + 1);
      open += 1;
    }
    most = Math.max(most, open + brackets);
    if (word !== '!') inBraces += end - at;
    at = end;
  }
  return { nesting: most, inBraces };
}

/** What stands between braces: how it begins, how deep its brackets go, and where it ends. */
function braces(source: string, from: number): { readonly end: number; readonly brackets: number; readonly word: string } {
  const written = source.slice(from, from + 20).replace(/^[{~&\s]+/, '');
  if (written.startsWith('!')) return { end: commentEnd(source, from), brackets: 0, word: '!' };
  const word = /^(?:else\b|\^|[#/])/.exec(written)?.[0] ?? '';
  let brackets = 0;
  let most = 0;
  for (let at = from; at < source.length; at += 1) {
    const sign = source[at] ?? '';
    const close = CLOSES[sign];
    if (close !== undefined) {
      at = closing(source, at + 1, close);
      continue;
    }
    if (sign === '(') most = Math.max(most, (brackets += 1));
    else if (sign === ')') brackets -= 1;
    else if (sign === '}' && source[at + 1] === '}') return { end: at + 2, brackets: most, word: opens(word, source.slice(from, at)) };
  }
  return { end: source.length, brackets: most, word };
}

/** `{{^}}` is another branch, `{{^name}}` begins a block. */
const opens = (word: string, inside: string): string => (word === '^' && /[^\s~^]/.test(inside) ? '^name' : word);

/** Where a quoted text ends: its sign, without a backslash before it. */
function closing(source: string, from: number, sign: string): number {
  for (let at = source.indexOf(sign, from); at >= 0; at = source.indexOf(sign, at + 1)) if (source[at - 1] !== '\\') return at;
  return source.length;
}

function commentEnd(source: string, from: number): number {
  const isLong = /^~?!--/.test(source.slice(from, from + 5));
  const end = source.indexOf(isLong ? '--' : '}}', from + (isLong ? 3 : 0));
  return end < 0 ? source.length : end + 2;
}
