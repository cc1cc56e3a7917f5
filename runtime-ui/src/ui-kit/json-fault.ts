const SPACE = /[ \t\r\n]*/y;
const TOKEN =
  /(?:(true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|[[\]{},:])/y; // eslint-disable-line no-control-regex -- JSON forbids them

type Want = 'value' | 'first' | 'key' | 'first key' | 'colon' | 'end';

const after = (pattern: RegExp, text: string, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(text);
};

/** What may follow a token; undefined where the token itself may not stand. */
function next(want: Want, token: string, isScalar: boolean, open: string[]): Want | undefined {
  const closes = (token === ']' && open.at(-1) === '[') || (token === '}' && open.at(-1) === '{');
  if (closes && (want === 'end' || (want === 'first' && token === ']') || (want === 'first key' && token === '}'))) {
    open.pop();
    return 'end';
  }
  if (want === 'value' || want === 'first') {
    if (isScalar) return 'end';
    if (token !== '[' && token !== '{') return undefined;
    open.push(token);
    return token === '[' ? 'first' : 'first key';
  }
  if (want === 'key' || want === 'first key') return token.startsWith('"') ? 'colon' : undefined;
  if (want === 'colon') return token === ':' ? 'value' : undefined;
  if (token !== ',' || open.length === 0) return undefined;
  return open.at(-1) === '[' ? 'value' : 'key';
}

/** Where a text stops being JSON. Browsers say it in words of their own, and some not at all. */
export function jsonFault(text: string): { line: number; column: number } {
  const open: string[] = [];
  let want: Want | undefined = 'value';
  let at = 0;
  for (;;) {
    at += after(SPACE, text, at)?.[0].length ?? 0;
    const token = after(TOKEN, text, at);
    want = token === null ? undefined : next(want, token[0], token[1] !== undefined, open);
    if (token === null || want === undefined) break;
    at += token[0].length;
  }
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
