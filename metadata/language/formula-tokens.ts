export type Token = {
  readonly kind: 'number' | 'text' | 'name' | 'symbol' | 'end';
  /** What it stands for: a text without its quotes, anything else as written. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
};

/** A problem by its place in the text, before lines are counted. */
export type Fault = { readonly start: number; readonly end: number; readonly code: string; readonly message: string };

const SPACE = /\s+/y;
const NUMBER = /\d+(?:\.\d+)?|\.\d+/y;
const NAME = /\$?[A-Za-z_]\w*(?:\.\w+)*/y;
const TEXT = /"(?:[^"]|"")*"|'(?:[^']|'')*'/y;
const SYMBOL = /<=|>=|<>|!=|==|[-+*/&=<>(),]/y;

const match = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
};

/** What stands for itself, the most frequent first: no two can begin alike. */
const PLAIN = [
  ['name', NAME],
  ['symbol', SYMBOL],
  ['number', NUMBER],
] as const;

function plainAt(text: string, at: number): [kind: Token['kind'], written: string] | undefined {
  for (const [kind, pattern] of PLAIN) {
    const written = match(pattern, text, at);
    if (written !== undefined) return [kind, written];
  }
  return undefined;
}

/** Splits a formula into tokens; what is none becomes a fault and is left out. The last token is the end. */
export function tokenize(text: string, faults: Fault[] = []): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const add = (kind: Token['kind'], written: string, value = written): void => {
    tokens.push({ kind, value, start: at, end: at + written.length });
    at += written.length;
  };
  while (at < text.length) {
    const space = match(SPACE, text, at);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const plain = plainAt(text, at);
    if (plain !== undefined) {
      add(...plain);
      continue;
    }
    const quoted = match(TEXT, text, at);
    if (quoted === undefined) {
      at = skip(text, at, faults);
      continue;
    }
    const quote = quoted.charAt(0);
    add('text', quoted, quoted.slice(1, -1).replaceAll(quote + quote, quote));
  }
  tokens.push({ kind: 'end', value: '', start: text.length, end: text.length });
  return tokens;
}

const HINTS: Readonly<Record<string, string>> = {
  '^': ' There are no powers; multiply instead.',
  '|': ' Write OR(a, b).',
  '!': ' Write NOT(a), or <> for "is not".',
  '%': ' Divide by 100 instead.',
  '{': ' Name a field without brackets.',
  '[': ' Name a field without brackets.',
};

/** Notes what can not be read, and goes on behind it. */
function skip(text: string, at: number, faults: Fault[]): number {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (character === '"' || character === "'") {
    faults.push({ start: at, end: text.length, code: 'malformed', message: `This text has no closing ${character}.` });
    return text.length;
  }
  const message = `"${character}" has no meaning here.${HINTS[character] ?? ''}`;
  faults.push({ start: at, end: at + character.length, code: 'malformed', message });
  return at + character.length;
}
